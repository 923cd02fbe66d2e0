import CCurl

/// The address of a gateway, taken apart by the library that will use it: two readers of one address may disagree.
enum HTTPAddress {
    /// Why an address cannot be used; nil when it can.
    static func refusal(_ text: String) -> String? {
        // The handle is freed once, here; the texts are lent for their calls only.
        guard let address = unsafe curl_url() else { return "cannot be read: no memory" }
        defer { unsafe curl_url_cleanup(address) }
        guard unsafe curl_url_set(address, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = unsafe part(CURLUPART_SCHEME, of: address), let host = unsafe part(CURLUPART_HOST, of: address)
        else { return "expected an address that begins with https://" }
        if unsafe part(CURLUPART_USER, of: address) != nil || part(CURLUPART_PASSWORD, of: address) != nil {
            return "expected no user in the address: that is what `user` and `passwordFile` are for"
        }
        switch scheme {
        case "https": return nil
        case "http" where isLoopback(host): return nil
        default: return "expected https:// (http:// only to this machine, such as http://127.0.0.1)"
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func part(_ part: CURLUPart, of address: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        // The library's text is copied and freed at once.
        guard unsafe curl_url_get(address, part, &text, 0) == CURLUE_OK, let found = unsafe text else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }
}

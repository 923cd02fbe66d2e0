import CCurl
import SSPRAgent
import SSPRVocabulary

/// What the library says about a transfer that failed, in its own constant words: no address, no content.
struct CurlError: Error, CustomStringConvertible {
    let code: CURLcode

    var description: String {
        // The text is one of the library's constants.
        unsafe "curl \(code.rawValue): \(String(cString: curl_easy_strerror(code)))"
    }

    /// The same in a word.
    var fault: DeliveryFault {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            .unreachable
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ISSUER_ERROR: .badCertificate
        case CURLE_SSL_CACERT_BADFILE, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .misconfigured
        default: .unclear
        }
    }
}

/// How a request says who it comes from.
enum CurlScheme {
    case basic
    case bearer
}

/// One transfer of libcurl.
@safe
struct CurlTransfer: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    /// The list outlives the transfer, which only borrows it.
    private let list = CurlList()

    init() throws(CurlError) {
        guard let handle = unsafe curl_easy_init() else { throw CurlError(code: CURLE_FAILED_INIT) }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try Self.check(unsafe sspr_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        // The library copies texts.
        try Self.check(unsafe sspr_curl_set_text(handle, option, value))
    }

    func set(_ option: CURLoption, secret: Secret) throws(CurlError) {
        var text: [UInt8] = []
        text.reserveCapacity(secret.count + 1)
        text.append(secret)
        text.append(0)
        defer { text.wipe() }
        // The library copies texts; ours is lent for the call and wiped.
        let code = unsafe text.withUnsafeBytes { bytes in
            unsafe sspr_curl_set_text(handle, option, bytes.assumingMemoryBound(to: CChar.self).baseAddress)
        }
        try Self.check(code)
    }

    func use(_ scheme: CurlScheme) throws(CurlError) {
        try Self.check(unsafe scheme == .basic ? sspr_curl_use_basic(handle) : sspr_curl_use_bearer(handle))
    }

    func set(headers: [String]) throws(CurlError) {
        for header in headers {
            guard list.append(header) else { throw CurlError(code: CURLE_OUT_OF_MEMORY) }
        }
        try Self.check(unsafe sspr_curl_set_headers(handle, list.head))
    }

    /// Sends `body` and collects the reply.
    func perform(sending body: Secret, replyLimit: Int) throws(CurlError) -> HTTPEndpoint.Answer {
        let reply = CurlReply(limit: replyLimit)
        // Both outlive the transfer: the body is lent around it, the reply is kept alive to its end.
        let code = unsafe body.withBytes { bytes in
            let prepared = unsafe sspr_curl_set_body(handle, bytes.baseAddress, curl_off_t(bytes.count))
            guard prepared == CURLE_OK else { return prepared }
            let context = unsafe Unmanaged.passUnretained(reply).toOpaque()
            let listening = unsafe sspr_curl_set_reader(handle, CurlReply.reader, context)
            return unsafe listening == CURLE_OK ? curl_easy_perform(handle) : listening
        }
        return try withExtendedLifetime(reply) { () throws(CurlError) in
            if reply.isTooLong { return .failed("the reply is longer than \(replyLimit) bytes", .unclear) }
            try Self.check(code)
            return .answered(status: unsafe sspr_curl_status(handle), reply: reply.bytes)
        }
    }

    private static func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else { throw CurlError(code: code) }
    }
}

/// Header fields as the library wants them.
@safe
private final class CurlList {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    deinit { unsafe curl_slist_free_all(head) }

    /// Appends a copy of the text; false when there is no memory.
    func append(_ text: String) -> Bool {
        // The library copies the text; the list is freed once, at the end.
        guard let longer = unsafe curl_slist_append(head, text) else { return false }
        unsafe head = unsafe longer
        return true
    }
}

/// The reply's body, up to a limit.
private final class CurlReply {
    private(set) var bytes: [UInt8] = []
    private(set) var isTooLong = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Called with each piece that arrives; to take less than all of it ends the transfer.
    static let reader: curl_write_callback = { piece, size, count, context in
        guard let piece = unsafe piece, let context = unsafe context else { return 0 }
        // The context is the reply that `perform` keeps alive; the piece is copied while it is lent.
        let reply = unsafe Unmanaged<CurlReply>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        guard reply.bytes.count + length <= reply.limit else {
            reply.isTooLong = true
            return 0
        }
        unsafe reply.bytes += UnsafeRawBufferPointer(start: piece, count: length)
        return length
    }
}

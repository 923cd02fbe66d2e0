import CCurl
import SSPRAgent
import SSPRVocabulary

/// A gateway: where it is, who we are to it and whom we take it for.
///
/// TLS is always verified, redirections are never followed.
struct HTTPEndpoint: Sendable {
    enum Login: Sendable {
        case none
        case basic(user: String, password: Secret)
        case bearer(Secret)
    }

    enum Answer {
        case answered(status: Int, reply: [UInt8])
        /// Why there is no answer; nobody knows what became of the message.
        case failed(String, DeliveryFault)
    }

    let url: Template
    /// Each `Name: value`.
    let headers: [String]
    let login: Login
    /// Whom to trust; nil for the authorities of the system.
    let caFile: String?
    let connectLimit: Duration

    private static let replyLimit = 65_536

    /// To be called before any other thread begins: the library says that its start is not safe there.
    static func start() throws(SystemError) {
        guard sspr_curl_start() == CURLE_OK else { throw SystemError("libcurl cannot be started", code: 0) }
    }

    /// Sends one request on a connection of its own and collects the reply.
    func post(_ body: Secret, to url: String, contentType: String, limit: Duration) -> Answer {
        do throws(CurlError) {
            let transfer = try CurlTransfer()
            try address(transfer, url, limit: limit)
            try transfer.set(headers: headers + ["Content-Type: \(contentType)", "Expect:"])
            try logIn(transfer)
            return try transfer.perform(sending: body, replyLimit: Self.replyLimit)
        } catch {
            return .failed("\(error)", error.fault)
        }
    }

    private func address(
        _ transfer: borrowing CurlTransfer, _ url: String, limit: Duration
    ) throws(CurlError) {
        try transfer.set(CURLOPT_URL, url)
        try transfer.set(CURLOPT_PROTOCOLS_STR, "https,http")
        // What the surroundings say about proxies does not count: the file says all.
        try transfer.set(CURLOPT_PROXY, "")
        try transfer.set(CURLOPT_USERAGENT, "sspr-courier")
        try transfer.set(CURLOPT_FOLLOWLOCATION, 0)
        try transfer.set(CURLOPT_SSL_VERIFYPEER, 1)
        try transfer.set(CURLOPT_SSL_VERIFYHOST, 2)
        try transfer.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let caFile { try transfer.set(CURLOPT_CAINFO, caFile) }
        // Several threads: no time limits by signals.
        try transfer.set(CURLOPT_NOSIGNAL, 1)
        try transfer.set(CURLOPT_CONNECTTIMEOUT_MS, min(connectLimit, limit).milliseconds)
        try transfer.set(CURLOPT_TIMEOUT_MS, limit.milliseconds)
    }

    private func logIn(_ transfer: borrowing CurlTransfer) throws(CurlError) {
        switch login {
        case .none: break
        case .basic(let user, let password):
            try transfer.use(.basic)
            try transfer.set(CURLOPT_USERNAME, user)
            try transfer.set(CURLOPT_PASSWORD, secret: password)
        case .bearer(let token):
            try transfer.use(.bearer)
            try transfer.set(CURLOPT_XOAUTH2_BEARER, secret: token)
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

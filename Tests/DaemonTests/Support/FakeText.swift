import Foundation
import SSPRDomain
import SSPRVocabulary

/// Unicode forms by Foundation: good enough for rules that only ask that there is one form.
struct FakeText: TextNormalizer {
    func opaqueString(_ secret: Secret) throws -> Secret {
        let text = try readable(secret)
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return secret }
        let blanks = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .spaceSeparator ? " " : $0 })
        )
        return Secret(text: blanks.precomposedStringWithCanonicalMapping)
    }

    func codePoints(in secret: Secret) -> Int { secret.revealText()?.unicodeScalars.count ?? 0 }

    func answer(_ secret: Secret) throws -> Secret {
        let folded = try readable(secret).precomposedStringWithCompatibilityMapping.lowercased()
        return Secret(text: folded.split(separator: " ").joined(separator: " "))
    }

    private func readable(_ secret: Secret) throws -> String {
        guard let text = secret.revealText(), !text.isEmpty, !text.unicodeScalars.contains(where: \.isHidden) else {
            throw NotText()
        }
        return text
    }
}

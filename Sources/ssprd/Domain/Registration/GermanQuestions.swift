import SSPRVocabulary

extension QuestionCatalog {
    /// German.
    public static let german = QuestionCatalog(
        language: .german,
        texts: [
            "In welchem Ort haben Sie Ihren ersten Urlaub ohne Ihre Eltern verbracht?",
            "Wie hieß die erste Firma, die Ihnen Lohn gezahlt hat?",
            "Welchen Spitznamen hatten Sie nur bei Ihren Großeltern?",
            "Woraus bestand das erste Gericht, das Sie für Gäste gekocht haben?",
            "In welcher Straße wohnte Ihre beste Freundin oder Ihr bester Freund aus der Grundschule?",
            "Welches Konzert haben Sie als erstes besucht?",
            "Welches Fach gab die Lehrkraft, die Sie am liebsten mochten?",
            "Welches Modell war Ihr erstes eigenes Fahrrad?",
            "Wie hieß Ihr erstes Stofftier?",
            "Welches Buch haben Sie als Kind öfter als zweimal gelesen?",
            "Wo haben Sie schwimmen gelernt?",
            "Wie hieß mit Nachnamen, wer sich als Erstes mit Ihnen eine Wohnung geteilt hat?",
            "Bei welchem Instrument haben Sie das Lernen aufgegeben?",
            "Wie lautet der zweite Vorname Ihrer ältesten Cousine oder Ihres ältesten Cousins?",
            "In welchem Ort hatten Sie Ihr erstes Vorstellungsgespräch?",
            "Bei welchem Film haben Sie zum ersten Mal vorzeitig das Kino verlassen?",
            "Was wollten Sie werden, als Sie zehn Jahre alt waren?",
            "Welches Meer haben Sie als erstes gesehen?",
            "Wie hieß, wer Ihnen als Kind in der Nachbarschaft Angst machte?",
            "Wie lautete der Titel Ihrer Abschlussarbeit in der Schule?",
            "Welches Essen haben Sie als Kind um keinen Preis angerührt?",
            "Wo war in dem Zuhause Ihrer Kindheit Ihr Versteck?",
            "Auf welchem Berg oder Hügel standen Sie zum ersten Mal ganz oben?",
            "Wie hieß das erste Boot, der erste Zug oder das erste Flugzeug, an das Sie sich erinnern?",
            "Wer hat Ihnen Ihre erste Uhr geschenkt?",
            "Welche Farbe hatte die Tür Ihrer ersten eigenen Wohnung?",
            "Bei welchem Spiel haben Sie zum ersten Mal gegen Ihre Eltern gewonnen?",
            "Wie hieß die Tierärztin oder der Tierarzt Ihres ersten Haustiers?",
            "In welchem Ort haben sich Ihre Eltern kennengelernt?",
            "Was haben Sie sich als Erstes vom eigenen Geld gekauft?",
            "Welche Sprache wollten Sie lernen und haben es wieder aufgegeben?",
            "Wie hieß Ihre Fahrlehrerin oder Ihr Fahrlehrer?",
            "Was haben Sie kaputt gemacht, ohne dass es je herauskam?",
            "Aus welcher Mannschaft oder welchem Verein sind Sie zuerst ausgetreten?",
            "Wie hieß mit Nachnamen, wer Ihre erste Klasse unterrichtete?",
        ])
}

import SSPRVocabulary

extension QuestionCatalog {
    /// English: the meaning of each number.
    public static let english = QuestionCatalog(
        language: .english,
        texts: [
            "In which town did you spend your first holiday without your parents?",
            "What was the name of the first company that paid you?",
            "Which nickname did only your grandparents call you?",
            "What did the first dish that you cooked for guests consist of?",
            "In which street did your best friend of primary school live?",
            "What was the first concert that you went to?",
            "Which subject did your favourite teacher give?",
            "What was the model of the first bicycle that you owned?",
            "What was the name of your first stuffed animal?",
            "Which book did you read more than twice as a child?",
            "Where were you when you learned to swim?",
            "What was the family name of your first flatmate?",
            "Which instrument did you give up learning?",
            "What is the middle name of your oldest cousin?",
            "In which town was your first job interview?",
            "What was the first film that made you leave the cinema?",
            "What did you want to become when you were ten?",
            "Which sea did you see first?",
            "What was the name of the neighbour whom you feared as a child?",
            "What was the title of your final paper at school?",
            "Which food could nobody make you eat as a child?",
            "What was your hiding place in your childhood home?",
            "On which mountain or hill did you first stand on the top?",
            "What was the name of the first boat, train or plane that you remember?",
            "Who gave you your first watch?",
            "What was the colour of the front door of your first own flat?",
            "Which game did you win first against your parents?",
            "What was the name of your first pet's veterinarian?",
            "In which town did your parents meet?",
            "What was the first thing that you bought with your own money?",
            "Which language did you try to learn and gave up?",
            "What was the name of your driving instructor?",
            "What did you break that nobody ever found out?",
            "Which team or club did you leave first?",
            "What was the last name of your teacher in the first class?",
        ])
}

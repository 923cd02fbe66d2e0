import SSPRVocabulary

extension BannedTerms {
    /// The words that people begin with when they must think of a password, written down by ourselves.
    ///
    /// Base words only: endings, digits and letters that look alike are what the points and the folding are for. Words of which good
    /// sentences are made (water, house, green) are not here: a sentence of many words has points enough, but none should be lost for one.
    public static let common = BannedTerms(
        words.split(whereSeparator: \.isWhitespace).map { word in
            do {
                return try BannedTerm(String(word))
            } catch {
                preconditionFailure("\(word) cannot be a banned word: \(error)")
            }
        })

    private static let words = """
        password passwort passphrase passcode passwd kennwort motdepasse contrasena wachtwoord senha parola haslo
        secret geheim secreto mysecret keyword login logon signin username account konto
        letmein welcome willkommen bienvenue bienvenido benvenuto hello hallo bonjour goodbye changeme changeit
        default standard initial temporary temp1234 test testing tester guest gast demo sample example beispiel
        admin administrator root superuser sysadmin supervisor manager operator support helpdesk service office
        server system network database oracle mysql postgres linux ubuntu debian windows microsoft google apple
        android iphone samsung internet computer laptop desktop keyboard monitor printer router cisco wireless
        company firma business internal security sicherheit private privat public staff employee team work

        spring summer autumn fall winter fruehling sommer herbst season holiday holidays vacation urlaub
        january february march april june july august september october november december
        januar februar maerz juni juli oktober dezember
        monday tuesday wednesday thursday friday saturday sunday weekend today tomorrow
        montag dienstag mittwoch donnerstag freitag samstag sonntag
        birthday christmas easter halloween newyear xmas weihnachten ostern

        qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm yxcvbnm
        qwer qweasd qweasdzxc qazwsx qazwsxedc qaywsx wsxedc edcrfv 1qaz 2wsx 1q2w3e 1q2w3e4r q1w2e3r4 zaq12wsx
        poiuy lkjhg mnbvc 1234 12345 123456 1234567 12345678 123456789 1234567890 4321 54321 654321 987654321
        0987654321 1111 11111 111111 0000 00000 000000 2222 3333 4444 5555 6666 7777 8888 9999 666666 888888
        112233 121212 123123 123321 131313 147258 159753 741852 789456 abcd abcde abcdef abcdefg abcdefgh
        abc123 abcd1234 1234abcd aaaa aaaaaa xxxx xxxxxx zzzz asdasd qweqwe

        love iloveyou loveyou lovely lover mylove forever always friend friends family mother father mama papa
        sister brother daughter baby babygirl honey darling sweetheart princess prince queen king angel devil
        sunshine moonlight rainbow flower butterfly chocolate cookie banana pineapple orange cherry strawberry
        coffee pizza cheese pepper ginger sugar candy whisky vodka beer happy lucky smile cutie beautiful
        master monkey dragon tiger lion shadow hunter ranger warrior knight ninja samurai pirate wizard magic
        phoenix eagle falcon panther cougar wolf puppy kitty cat1 snoopy garfield mickey minnie donald pokemon
        pikachu mario zelda batman superman spiderman ironman starwars skywalker matrix hacker cyber
        football fussball futbol soccer baseball basketball hockey tennis golf volleyball rugby cricket player
        champion winner victory liverpool arsenal chelsea barcelona madrid juventus bayern yankees cowboys
        steelers lakers mustang ferrari porsche mercedes corvette harley yamaha toyota honda bmwbmw audi
        jesus christ heaven blessed faith freedom liberty america england london paris berlin munich hamburg
        germany deutschland france espana italia europe africa canada mexico brasil australia china india
        michael jennifer jessica ashley daniel andrew thomas jordan robert william joshua matthew anthony
        charlie michelle nicole amanda samantha melissa stephanie alexander alexandra andrea martin stefan
        sabine claudia susanne christian sebastian maria anna lisa peter hans klaus juergen wolfgang
        trustno1 access unlock opensesame whatever nothing something anything fuckyou fuck shit asshole bitch
        money dollar bitcoin million rich gold silver diamond crystal star stars galaxy
        """
}

package quotients

// Country is a country of birth in INSEE's codes.
type Country struct{ Code, FR, EN string }

// In is its name in a language.
func (c Country) In(lang string) string {
	if lang == "en" {
		return c.EN
	}
	return c.FR
}

// Countries is those that are offered, France first, then by their French
// names. Whoever was born elsewhere sends a certificate instead.
var Countries = []Country{
	{France, "France", "France"},
	{"99212", "Afghanistan", "Afghanistan"}, {"99352", "Algérie", "Algeria"}, {"99109", "Allemagne", "Germany"}, {"99110", "Autriche", "Austria"},
	{"99246", "Bangladesh", "Bangladesh"}, {"99131", "Belgique", "Belgium"}, {"99327", "Bénin", "Benin"}, {"99416", "Brésil", "Brazil"},
	{"99111", "Bulgarie", "Bulgaria"}, {"99331", "Burkina Faso", "Burkina Faso"}, {"99234", "Cambodge", "Cambodia"}, {"99322", "Cameroun", "Cameroon"},
	{"99401", "Canada", "Canada"}, {"99396", "Cap-Vert", "Cape Verde"}, {"99323", "Centrafrique", "Central African Republic"}, {"99216", "Chine", "China"},
	{"99419", "Colombie", "Colombia"}, {"99397", "Comores", "Comoros"}, {"99324", "Congo", "Congo"}, {"99312", "Congo (République démocratique)", "Congo (Democratic Republic)"},
	{"99326", "Côte d'Ivoire", "Ivory Coast"}, {"99399", "Djibouti", "Djibouti"}, {"99301", "Égypte", "Egypt"}, {"99134", "Espagne", "Spain"},
	{"99404", "États-Unis", "United States"}, {"99328", "Gabon", "Gabon"}, {"99255", "Géorgie", "Georgia"}, {"99329", "Ghana", "Ghana"},
	{"99126", "Grèce", "Greece"}, {"99330", "Guinée", "Guinea"}, {"99410", "Haïti", "Haiti"}, {"99112", "Hongrie", "Hungary"},
	{"99223", "Inde", "India"}, {"99203", "Irak", "Iraq"}, {"99204", "Iran", "Iran"}, {"99136", "Irlande", "Ireland"},
	{"99127", "Italie", "Italy"}, {"99157", "Kosovo", "Kosovo"}, {"99241", "Laos", "Laos"}, {"99205", "Liban", "Lebanon"},
	{"99316", "Libye", "Libya"}, {"99137", "Luxembourg", "Luxembourg"}, {"99333", "Madagascar", "Madagascar"}, {"99335", "Mali", "Mali"},
	{"99350", "Maroc", "Morocco"}, {"99390", "Maurice", "Mauritius"}, {"99336", "Mauritanie", "Mauritania"}, {"99151", "Moldavie", "Moldova"},
	{"99337", "Niger", "Niger"}, {"99338", "Nigéria", "Nigeria"}, {"99213", "Pakistan", "Pakistan"}, {"99135", "Pays-Bas", "Netherlands"},
	{"99220", "Philippines", "Philippines"}, {"99122", "Pologne", "Poland"}, {"99139", "Portugal", "Portugal"}, {"99114", "Roumanie", "Romania"},
	{"99132", "Royaume-Uni", "United Kingdom"}, {"99123", "Russie", "Russia"}, {"99340", "Rwanda", "Rwanda"}, {"99341", "Sénégal", "Senegal"},
	{"99121", "Serbie", "Serbia"}, {"99343", "Soudan", "Sudan"}, {"99235", "Sri Lanka", "Sri Lanka"}, {"99140", "Suisse", "Switzerland"},
	{"99206", "Syrie", "Syria"}, {"99344", "Tchad", "Chad"}, {"99345", "Togo", "Togo"}, {"99351", "Tunisie", "Tunisia"},
	{"99208", "Turquie", "Turkey"}, {"99155", "Ukraine", "Ukraine"}, {"99243", "Viêt Nam", "Vietnam"},
}

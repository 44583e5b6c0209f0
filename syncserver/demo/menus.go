package demo

import (
	"strings"
	"time"

	"parvis/assets/calendars"
	"parvis/shared/bookings"
	"parvis/shared/meals"
	"parvis/shared/portal"
	"parvis/shared/wire"
	"parvis/syncserver/store"
)

// served is a dish of the invented kitchen: its course, its names, what is
// declared in it, its marks, and for which diet it is served instead of another.
type served struct{ course, fr, en, allergens, marks, diet string }

// lunches is twenty of them, which follow each other over the days of school.
var lunches = [][]served{
	{
		{"starter", "Carottes râpées", "Grated carrots", "mustard sulphites", "local", ""},
		{"main", "Sauté de dinde à la crème", "Turkey in cream sauce", "milk", "", ""},
		{"main", "Galette de lentilles", "Lentil patty", "gluten eggs", "", "vegetarian"},
		{"side", "Riz", "Rice", "", "", ""},
		{"cheese", "Camembert", "Camembert cheese", "milk", "", ""},
		{"dessert", "Pomme", "Apple", "", "local organic", ""},
	},
	{
		{"starter", "Betteraves en salade", "Beetroot salad", "mustard sulphites", "", ""},
		{"main", "Filet de colin, sauce citron", "Pollock with lemon sauce", "fish milk gluten", "", ""},
		{"main", "Omelette aux herbes", "Herb omelette", "eggs milk", "", "vegetarian"},
		{"side", "Purée de potiron", "Pumpkin mash", "milk", "", ""},
		{"cheese", "Yaourt nature", "Plain yoghurt", "milk", "organic", ""},
		{"dessert", "Biscuit", "Biscuit", "gluten milk eggs", "", ""},
	},
	{
		{"starter", "Potage de légumes", "Vegetable soup", "celery milk", "", ""},
		{"main", "Lasagnes de bœuf", "Beef lasagne", "gluten milk celery eggs", "", ""},
		{"main", "Lasagnes aux épinards", "Spinach lasagne", "gluten milk eggs", "", "vegetarian"},
		{"side", "Salade verte", "Green salad", "mustard sulphites", "", ""},
		{"dessert", "Clémentines", "Clementines", "", "organic", ""},
	},
	{
		{"starter", "Taboulé", "Tabbouleh", "gluten", "", ""},
		{"main", "Rôti de porc au miel", "Honey roast pork", "", "", ""},
		{"main", "Rôti de dinde", "Roast turkey", "", "", "without-pork"},
		{"main", "Quiche aux poireaux", "Leek quiche", "gluten eggs milk", "", "vegetarian"},
		{"side", "Haricots verts", "Green beans", "", "", ""},
		{"cheese", "Comté", "Comté cheese", "milk", "", ""},
		{"dessert", "Poire", "Pear", "", "local", ""},
	},
	{
		{"starter", "Chou blanc aux raisins", "White cabbage with raisins", "mustard eggs sulphites", "", ""},
		{"main", "Chili végétarien", "Vegetarian chili", "celery", "vegetarian", ""},
		{"side", "Riz", "Rice", "", "organic", ""},
		{"cheese", "Fromage blanc", "Soft white cheese", "milk", "", ""},
		{"dessert", "Compote de pommes", "Apple compote", "", "local", ""},
	},
	{
		{"starter", "Concombres à la crème", "Cucumber in cream", "milk", "", ""},
		{"main", "Poulet rôti", "Roast chicken", "", "local", ""},
		{"main", "Croquettes de pois chiches", "Chickpea croquettes", "gluten sesame", "", "vegetarian"},
		{"side", "Pommes de terre sautées", "Sautéed potatoes", "", "", ""},
		{"cheese", "Saint-nectaire", "Saint-nectaire cheese", "milk", "", ""},
		{"dessert", "Banane", "Banana", "", "organic", ""},
	},
	{
		{"starter", "Salade de pommes de terre", "Potato salad", "eggs mustard", "", ""},
		{"main", "Brandade de morue", "Salt cod brandade", "fish milk", "", ""},
		{"main", "Gratin de légumes", "Vegetable gratin", "milk gluten", "", "vegetarian"},
		{"side", "Salade verte", "Green salad", "mustard sulphites", "", ""},
		{"dessert", "Crème au chocolat", "Chocolate cream", "milk soya", "", ""},
	},
	{
		{"starter", "Soupe de potimarron", "Squash soup", "milk", "local", ""},
		{"main", "Hachis parmentier", "Shepherd's pie", "milk celery", "", ""},
		{"main", "Parmentier de lentilles", "Lentil pie", "milk", "", "vegetarian"},
		{"cheese", "Edam", "Edam cheese", "milk", "", ""},
		{"dessert", "Raisin", "Grapes", "", "", ""},
	},
	{
		{"starter", "Œuf dur mayonnaise", "Egg mayonnaise", "eggs mustard", "", ""},
		{"main", "Blanquette de veau", "Veal in white sauce", "milk gluten celery", "", ""},
		{"main", "Boulettes de soja à la tomate", "Soya balls in tomato sauce", "soya gluten", "", "vegetarian"},
		{"side", "Semoule", "Semolina", "gluten", "", ""},
		{"dessert", "Orange", "Orange", "", "organic", ""},
	},
	{
		{"starter", "Salade de maïs", "Sweetcorn salad", "mustard", "", ""},
		{"main", "Pâtes à la bolognaise de lentilles", "Pasta with lentil bolognese", "gluten celery", "vegetarian", ""},
		{"cheese", "Emmental râpé", "Grated emmental", "milk", "", ""},
		{"dessert", "Yaourt aux fruits", "Fruit yoghurt", "milk", "local", ""},
	},
	{
		{"starter", "Radis et beurre", "Radishes and butter", "milk", "local", ""},
		{"main", "Steak haché", "Minced beef steak", "", "", ""},
		{"main", "Steak de céréales", "Cereal burger", "gluten soya", "", "vegetarian"},
		{"side", "Frites au four", "Oven chips", "", "", ""},
		{"cheese", "Petit-suisse", "Petit-suisse cheese", "milk", "", ""},
		{"dessert", "Kiwi", "Kiwi fruit", "", "organic", ""},
	},
	{
		{"starter", "Céleri rémoulade", "Celeriac in mayonnaise", "celery eggs mustard", "", ""},
		{"main", "Dos de cabillaud pané", "Breaded cod", "fish gluten eggs", "", ""},
		{"main", "Galette de quinoa", "Quinoa patty", "eggs gluten", "", "vegetarian"},
		{"side", "Épinards à la crème", "Creamed spinach", "milk", "", ""},
		{"dessert", "Tarte aux pommes", "Apple tart", "gluten milk eggs", "", ""},
	},
	{
		{"starter", "Potage de poireaux", "Leek soup", "milk celery", "", ""},
		{"main", "Saucisse de Toulouse", "Toulouse sausage", "sulphites", "", ""},
		{"main", "Saucisse de volaille", "Poultry sausage", "sulphites", "", "without-pork"},
		{"main", "Saucisse végétale", "Vegetable sausage", "soya gluten eggs", "", "vegetarian"},
		{"side", "Lentilles", "Lentils", "celery", "local", ""},
		{"cheese", "Brie", "Brie cheese", "milk", "", ""},
		{"dessert", "Ananas", "Pineapple", "", "", ""},
	},
	{
		{"starter", "Salade de riz", "Rice salad", "mustard", "", ""},
		{"main", "Bœuf bourguignon", "Beef in red wine sauce", "sulphites gluten celery", "", ""},
		{"main", "Tofu aux champignons", "Tofu with mushrooms", "soya sulphites", "", "vegetarian"},
		{"side", "Carottes", "Carrots", "", "organic", ""},
		{"cheese", "Gouda", "Gouda cheese", "milk", "", ""},
		{"dessert", "Mousse au chocolat", "Chocolate mousse", "eggs milk soya", "", ""},
	},
	{
		{"starter", "Salade de tomates et mozzarella", "Tomato and mozzarella salad", "milk", "", ""},
		{"main", "Curry de pois chiches", "Chickpea curry", "milk mustard", "vegetarian", ""},
		{"side", "Riz", "Rice", "", "", ""},
		{"cheese", "Faisselle", "Fresh curd cheese", "milk", "local", ""},
		{"dessert", "Madeleine", "Madeleine", "gluten eggs milk", "", ""},
	},
	{
		{"starter", "Macédoine de légumes", "Diced vegetables in mayonnaise", "eggs mustard", "", ""},
		{"main", "Escalope de poulet à la moutarde", "Chicken in mustard sauce", "mustard milk", "", ""},
		{"main", "Œufs brouillés", "Scrambled eggs", "eggs milk", "", "vegetarian"},
		{"side", "Chou-fleur", "Cauliflower", "milk", "", ""},
		{"cheese", "Cantal", "Cantal cheese", "milk", "", ""},
		{"dessert", "Mandarine", "Mandarin", "", "", ""},
	},
	{
		{"starter", "Velouté de carottes", "Carrot soup", "milk", "", ""},
		{"main", "Jambon braisé", "Braised ham", "", "", ""},
		{"main", "Jambon de dinde", "Turkey ham", "", "", "without-pork"},
		{"main", "Tarte aux légumes", "Vegetable tart", "gluten milk eggs", "", "vegetarian"},
		{"side", "Coquillettes", "Pasta shells", "gluten", "", ""},
		{"dessert", "Pomme au four", "Baked apple", "", "local", ""},
	},
	{
		{"starter", "Salade verte aux croûtons", "Green salad with croutons", "gluten mustard", "", ""},
		{"main", "Paella au poulet et au poisson", "Chicken and fish paella", "fish crustaceans molluscs", "", ""},
		{"main", "Paella de légumes", "Vegetable paella", "", "", "vegetarian"},
		{"cheese", "Chèvre", "Goat's cheese", "milk", "", ""},
		{"dessert", "Flan à la vanille", "Vanilla custard", "milk eggs", "", ""},
	},
	{
		{"starter", "Salade d'endives aux noix", "Chicory and walnut salad", "nuts mustard sulphites", "", ""},
		{"main", "Rôti de bœuf", "Roast beef", "", "", ""},
		{"main", "Gratin de pâtes", "Pasta bake", "gluten milk", "", "vegetarian"},
		{"side", "Petits pois", "Garden peas", "", "", ""},
		{"cheese", "Tomme", "Tomme cheese", "milk", "local", ""},
		{"dessert", "Compote de poires", "Pear compote", "", "organic", ""},
	},
	{
		{"starter", "Houmous et pain", "Hummus and bread", "sesame gluten", "", ""},
		{"main", "Gnocchis à la sauce tomate", "Gnocchi in tomato sauce", "gluten eggs celery", "vegetarian", ""},
		{"side", "Brocolis", "Broccoli", "", "", ""},
		{"cheese", "Yaourt à la vanille", "Vanilla yoghurt", "milk", "", ""},
		{"dessert", "Cookie", "Cookie", "gluten milk eggs nuts", "", ""},
	},
}

// weeksOfMenus is for how long the kitchen tells its menus beforehand.
const weeksOfMenus = 6

// menus tells what is eaten this week and in those to come. The schools share
// one kitchen.
func menus(tx *store.Tx) error {
	calendar, err := calendars.Of("B")
	if err != nil {
		return err
	}
	today := portal.DateOf(tx.Now())
	monday := today.Add(-((int(today.Weekday()) + 6) % 7))
	lunch := bookings.Situation{Activity: bookings.Activity{ID: Canteen, Sites: []portal.ID{JulesFerry}, Weekdays: []time.Weekday{time.Monday, time.Tuesday, time.Thursday, time.Friday}},
		Calendar: calendar, Enrolment: &bookings.Enrolment{Site: JulesFerry, Period: calendar.Known}}
	n := 0
	for day := monday; day < monday.Add(7*weeksOfMenus); day = day.Add(1) {
		if lunch.Day = day; lunch.Open() != nil {
			continue
		}
		m := meals.Menu{Day: day}
		for _, d := range lunches[n%len(lunches)] {
			dish := meals.Dish{Course: meals.Course(d.course), Name: bookings.Names{"fr": d.fr, "en": d.en}, For: d.diet}
			for _, a := range strings.Fields(d.allergens) {
				dish.Allergens = append(dish.Allergens, meals.Allergen(a))
			}
			if d.marks != "" {
				dish.Marks = strings.Fields(d.marks)
			}
			m.Dishes = append(m.Dishes, dish)
		}
		n++
		if err := tx.PutFact(wire.Menus, meals.Key("", day), m); err != nil {
			return err
		}
	}
	return nil
}

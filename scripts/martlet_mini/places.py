"""Countries and cities, as the model is taught them."""

# country, capital, continent, language
COUNTRIES = [tuple(part.strip() for part in line.split(",")) for line in """
France, Paris, Europe, French
Germany, Berlin, Europe, German
Italy, Rome, Europe, Italian
Spain, Madrid, Europe, Spanish
Portugal, Lisbon, Europe, Portuguese
Austria, Vienna, Europe, German
Poland, Warsaw, Europe, Polish
Greece, Athens, Europe, Greek
Sweden, Stockholm, Europe, Swedish
Norway, Oslo, Europe, Norwegian
Denmark, Copenhagen, Europe, Danish
Finland, Helsinki, Europe, Finnish
Iceland, Reykjavik, Europe, Icelandic
Ireland, Dublin, Europe, English
Hungary, Budapest, Europe, Hungarian
Romania, Bucharest, Europe, Romanian
Bulgaria, Sofia, Europe, Bulgarian
Croatia, Zagreb, Europe, Croatian
Serbia, Belgrade, Europe, Serbian
Slovenia, Ljubljana, Europe, Slovenian
Slovakia, Bratislava, Europe, Slovak
Ukraine, Kyiv, Europe, Ukrainian
Lithuania, Vilnius, Europe, Lithuanian
Latvia, Riga, Europe, Latvian
Estonia, Tallinn, Europe, Estonian
Albania, Tirana, Europe, Albanian
Belarus, Minsk, Europe, Belarusian
Malta, Valletta, Europe, Maltese
Russia, Moscow, Europe, Russian
the United Kingdom, London, Europe, English
the Netherlands, Amsterdam, Europe, Dutch
the Czech Republic, Prague, Europe, Czech
Belgium, Brussels, Europe, Dutch and French
Switzerland, Bern, Europe, German and French
Luxembourg, Luxembourg City, Europe, Luxembourgish
Cyprus, Nicosia, Europe, Greek
Japan, Tokyo, Asia, Japanese
China, Beijing, Asia, Chinese
India, New Delhi, Asia, Hindi
South Korea, Seoul, Asia, Korean
North Korea, Pyongyang, Asia, Korean
Thailand, Bangkok, Asia, Thai
Vietnam, Hanoi, Asia, Vietnamese
Indonesia, Jakarta, Asia, Indonesian
Malaysia, Kuala Lumpur, Asia, Malay
Mongolia, Ulaanbaatar, Asia, Mongolian
Nepal, Kathmandu, Asia, Nepali
Bangladesh, Dhaka, Asia, Bengali
Pakistan, Islamabad, Asia, Urdu
Iran, Tehran, Asia, Persian
Iraq, Baghdad, Asia, Arabic
Turkey, Ankara, Asia, Turkish
Syria, Damascus, Asia, Arabic
Lebanon, Beirut, Asia, Arabic
Jordan, Amman, Asia, Arabic
Saudi Arabia, Riyadh, Asia, Arabic
Qatar, Doha, Asia, Arabic
Oman, Muscat, Asia, Arabic
Afghanistan, Kabul, Asia, Pashto
Laos, Vientiane, Asia, Lao
Cambodia, Phnom Penh, Asia, Khmer
the Philippines, Manila, Asia, Filipino
Georgia, Tbilisi, Asia, Georgian
Armenia, Yerevan, Asia, Armenian
Kazakhstan, Astana, Asia, Kazakh
Uzbekistan, Tashkent, Asia, Uzbek
the United Arab Emirates, Abu Dhabi, Asia, Arabic
Kuwait, Kuwait City, Asia, Arabic
Myanmar, Naypyidaw, Asia, Burmese
South Africa, Pretoria, Africa, English and Zulu
Egypt, Cairo, Africa, Arabic
Morocco, Rabat, Africa, Arabic
Algeria, Algiers, Africa, Arabic
Tunisia, Tunis, Africa, Arabic
Libya, Tripoli, Africa, Arabic
Sudan, Khartoum, Africa, Arabic
Ethiopia, Addis Ababa, Africa, Amharic
Kenya, Nairobi, Africa, Swahili
Tanzania, Dodoma, Africa, Swahili
Uganda, Kampala, Africa, English
Rwanda, Kigali, Africa, Kinyarwanda
Nigeria, Abuja, Africa, English
Ghana, Accra, Africa, English
Senegal, Dakar, Africa, French
Mali, Bamako, Africa, French
Niger, Niamey, Africa, French
Cameroon, Yaounde, Africa, French
Angola, Luanda, Africa, Portuguese
Mozambique, Maputo, Africa, Portuguese
Zambia, Lusaka, Africa, English
Zimbabwe, Harare, Africa, English
Namibia, Windhoek, Africa, English
Madagascar, Antananarivo, Africa, Malagasy
Somalia, Mogadishu, Africa, Somali
the United States, Washington, North America, English
Canada, Ottawa, North America, English and French
Mexico, Mexico City, North America, Spanish
Cuba, Havana, North America, Spanish
Jamaica, Kingston, North America, English
Guatemala, Guatemala City, North America, Spanish
Honduras, Tegucigalpa, North America, Spanish
Nicaragua, Managua, North America, Spanish
Costa Rica, San Jose, North America, Spanish
Panama, Panama City, North America, Spanish
Brazil, Brasilia, South America, Portuguese
Argentina, Buenos Aires, South America, Spanish
Chile, Santiago, South America, Spanish
Peru, Lima, South America, Spanish
Colombia, Bogota, South America, Spanish
Venezuela, Caracas, South America, Spanish
Ecuador, Quito, South America, Spanish
Uruguay, Montevideo, South America, Spanish
Paraguay, Asuncion, South America, Spanish
Australia, Canberra, Oceania, English
New Zealand, Wellington, Oceania, English
Fiji, Suva, Oceania, English
""".strip().splitlines()]

# Those that are asked for most, and other names of some.
POPULAR = ["France", "Germany", "Italy", "Spain", "Portugal", "Austria", "Poland", "Greece",
           "Sweden",
           "Norway", "Japan", "China", "India", "Russia", "the United Kingdom", "the Netherlands",
           "the United States", "Canada", "Brazil", "Australia", "Egypt", "Mexico", "Switzerland"]
ALIASES = {
    "the United States": ["the USA", "the US", "America", "the United States of America", "USA",
                          "US"],
    "the United Kingdom": ["the UK", "Great Britain", "UK", "Britain"],
    "the Netherlands": ["Holland", "Netherlands"],
    "the Czech Republic": ["Czechia", "Czech Republic"],
    "the Philippines": ["Philippines"],
}
COUNTRY_WEIGHTS = [3 if row[0] in POPULAR else 1 for row in COUNTRIES]


def country(rng):
    """One row of COUNTRIES, the best known more often."""
    return rng.choices(COUNTRIES, COUNTRY_WEIGHTS)[0]


# city, what it is, known for
CITIES = [tuple(part.strip() for part in line.split("|")) for line in """
San Francisco | a city in California, in the United States | the Golden Gate Bridge and its fog
Los Angeles | a city in California, in the United States | its beaches and its films
New York | the largest city in the United States | its tall buildings and the Statue of Liberty
Chicago | a city in Illinois, in the United States | its wind and its tall buildings
Boston | a city in Massachusetts, in the United States | its universities
Seattle | a city in Washington State, in the United States | its rain and its coffee
Miami | a city in Florida, in the United States | its beaches
Las Vegas | a city in Nevada, in the United States | its bright lights
Washington | the capital of the United States | the White House
Toronto | the largest city in Canada | its tall tower
Vancouver | a city on the west coast of Canada | its mountains and the sea
Montreal | a city in Canada where many people speak French | its winters and its music
Mexico City | the capital of Mexico | its great squares and museums
Rio de Janeiro | a city on the coast of Brazil | its carnival and its beaches
Sao Paulo | the largest city in Brazil | its size
Buenos Aires | the capital of Argentina | the tango
London | the capital of the United Kingdom | its red buses and the river Thames
Manchester | a city in the north of England | its music and its football
Edinburgh | the capital of Scotland | its castle
Glasgow | the largest city in Scotland | its music
Dublin | the capital of Ireland | its writers
Paris | the capital of France | the Eiffel Tower
Lyon | a city in France | its good food
Marseille | a port in the south of France | its old harbour
Berlin | the capital of Germany | the Brandenburg Gate
Munich | a city in the south of Germany | its beer gardens
Hamburg | a port in the north of Germany | its great harbour
Cologne | a city in Germany on the river Rhine | its cathedral
Frankfurt | a city in Germany | its banks and its airport
Vienna | the capital of Austria | its music
Salzburg | a city in Austria | the composer Mozart
Zurich | the largest city in Switzerland | its lake and its banks
Geneva | a city in Switzerland | its lake
Amsterdam | the capital of the Netherlands | its canals and bicycles
Brussels | the capital of Belgium | its chocolate
Rome | the capital of Italy | the Colosseum
Venice | a city in Italy | its canals
Florence | a city in Italy | its art
Milan | a city in the north of Italy | its fashion
Naples | a city in the south of Italy | its pizza
Madrid | the capital of Spain | its museums
Barcelona | a city on the coast of Spain | its architecture
Lisbon | the capital of Portugal | its hills and yellow trams
Athens | the capital of Greece | its ancient temples
Prague | the capital of the Czech Republic | its old bridge
Budapest | the capital of Hungary | its baths on the Danube
Warsaw | the capital of Poland | its rebuilt old town
Stockholm | the capital of Sweden | its islands
Copenhagen | the capital of Denmark | its bicycles
Oslo | the capital of Norway | its fjord
Helsinki | the capital of Finland | its harbour
Moscow | the capital of Russia | the Red Square
Istanbul | the largest city in Turkey | the strait between Europe and Asia
Cairo | the capital of Egypt | the pyramids near it
Nairobi | the capital of Kenya | the wild animals near it
Lagos | the largest city in Nigeria | its size and its music
Cape Town | a city on the coast of South Africa | Table Mountain
Johannesburg | the largest city in South Africa | its gold mines
Dubai | a city in the United Arab Emirates | its very tall tower
Mumbai | the largest city in India | its films
New Delhi | the capital of India | its wide avenues
Bangkok | the capital of Thailand | its temples
Singapore | a city and a country in Asia | its harbour and its gardens
Hong Kong | a city in the south of China | its harbour and tall buildings
Shanghai | the largest city in China | its harbour
Beijing | the capital of China | the Forbidden City
Seoul | the capital of South Korea | its palaces
Tokyo | the capital of Japan | its size and its trains
Kyoto | a city in Japan | its temples and gardens
Osaka | a city in Japan | its food
Sydney | the largest city in Australia | its opera house
Melbourne | a city in the south of Australia | its coffee
Auckland | the largest city in New Zealand | its sails
""".strip().splitlines()]

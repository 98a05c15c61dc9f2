package bot

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// cities are places after which the IANA calls time zones, by area, of those that people name
// most. Any other zone can be typed as well.
var cities = []struct{ area, names string }{
	{"Africa", `Abidjan Accra Addis_Ababa Algiers Cairo Casablanca Dakar Dar_es_Salaam Johannesburg Kampala Khartoum Kinshasa Lagos Luanda Maputo Nairobi Tripoli Tunis`},
	{"America", `Anchorage Argentina/Buenos_Aires Asuncion Bogota Caracas Chicago Costa_Rica Denver Edmonton El_Salvador Guatemala Guayaquil Halifax Havana Jamaica La_Paz Lima Los_Angeles Managua Mexico_City Montevideo New_York Panama Phoenix Puerto_Rico Regina Santiago Santo_Domingo Sao_Paulo St_Johns Tijuana Toronto Vancouver Winnipeg`},
	{"Asia", `Almaty Amman Baghdad Bahrain Baku Bangkok Beirut Colombo Damascus Dhaka Dubai Ho_Chi_Minh Hong_Kong Jakarta Jerusalem Kabul Karachi Kathmandu Kolkata Kuala_Lumpur Kuwait Manila Muscat Nicosia Novosibirsk Phnom_Penh Qatar Riyadh Seoul Shanghai Singapore Taipei Tashkent Tbilisi Tehran Tokyo Ulaanbaatar Vladivostok Yangon Yekaterinburg Yerevan`},
	{"Atlantic", `Azores Canary Cape_Verde Reykjavik`},
	{"Australia", `Adelaide Brisbane Darwin Hobart Melbourne Perth Sydney`},
	{"Europe", `Amsterdam Athens Belgrade Berlin Bratislava Brussels Bucharest Budapest Chisinau Copenhagen Dublin Helsinki Istanbul Kyiv Lisbon Ljubljana London Luxembourg Madrid Malta Minsk Moscow Oslo Paris Prague Riga Rome Samara Sarajevo Sofia Stockholm Tallinn Tirane Vienna Vilnius Warsaw Zagreb Zurich`},
	{"Indian", `Maldives Mauritius`},
	{"Pacific", `Auckland Fiji Guam Honolulu Port_Moresby`},
}

// knownZones are UTC and the zones of cities.
func knownZones() []string {
	all := []string{"UTC"}
	for _, in := range cities {
		for city := range strings.FieldsSeq(in.names) {
			all = append(all, in.area+"/"+city)
		}
	}
	return all
}

// zoneNamed is the IANA's name of a time zone that somebody typed: a name with a slash in it,
// in letters of either case where it is among cities, or UTC.
func zoneNamed(typed string) (name string, ok bool) {
	typed = strings.ReplaceAll(typed, " ", "_")
	if strings.EqualFold(typed, "GMT") {
		return "UTC", true
	}
	known := knownZones()
	if at := slices.IndexFunc(known, func(zone string) bool { return strings.EqualFold(zone, typed) }); at >= 0 {
		return known[at], true
	}
	if !strings.Contains(typed, "/") {
		return "", false
	}
	_, err := time.LoadLocation(typed)
	return typed, err == nil
}

var (
	// zoneLike is what can hardly be anything but a time zone.
	zoneLike     = regexp.MustCompile(`(?i)^(?:africa|america|antarctica|arctic|asia|atlantic|australia|europe|indian|pacific|etc|us)/[a-z0-9_+/-]*$`)
	abbreviation = regexp.MustCompile(`(?i)^(?:cet|cest|est|edt|cst|cdt|mst|mdt|pst|pdt|bst|ist|jst|aest|(?:utc|gmt)[+-][0-9:]+)$`)
)

// looksLikeZone reports whether somebody means a time zone, though it may be none.
func looksLikeZone(typed string) bool {
	return zoneLike.MatchString(typed) || abbreviation.MatchString(typed)
}

// SuggestZones are time zones whose city or area begins as typed, the likeliest first, at most
// 25. The first is what was typed, where that is a zone; "" gives UTC and the first few.
func SuggestZones(typed string) []Suggestion {
	text := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(typed), " ", "_"))
	var exact, byCity, others []string
	if zone, isZone := zoneNamed(text); isZone {
		exact = append(exact, zone)
	} else if zone, isZone := zoneNamed(strings.TrimSpace(typed)); isZone && len(zone) <= longestValue {
		exact = append(exact, zone)
	}
	for _, zone := range knownZones() {
		name := strings.ToLower(zone)
		switch city := name[strings.LastIndexByte(name, '/')+1:]; {
		case slices.Contains(exact, zone):
		case strings.HasPrefix(city, text):
			byCity = append(byCity, zone)
		case strings.HasPrefix(name, text), strings.Contains(city, "_"+text):
			others = append(others, zone)
		}
	}
	all := slices.Concat(exact, byCity, others)
	var suggestions []Suggestion
	for _, zone := range all[:min(len(all), mostSuggestions)] {
		suggestions = append(suggestions, Suggestion{Label: strings.ReplaceAll(zone, "_", " "), Value: zone})
	}
	return suggestions
}

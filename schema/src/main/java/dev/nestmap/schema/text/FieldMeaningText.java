/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTextNames.name;

import dev.nestmap.schema.FieldMeaning;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Prints and reads the meanings of fields beyond their C types. */
final class FieldMeaningText {
    /** The first word of such a line: how records read the field. */
    static final String KEYWORD = "reading";

    private static final String DURATION = "Duration";
    private static final String INSTANT = "Instant";
    private static final String SIGN = "sign";
    private static final List<String> OWNERS = List.of("struct", "union", "map", "variable");
    private static final Pattern OWNER =
            Pattern.compile("(?<keyword>\\w+) (?<name>.*?)(?: (?<number>#[0-9]+))?", Pattern.DOTALL);

    private FieldMeaningText() {}

    static String print(FieldMeaning meaning) {
        Matcher owner = OWNER.matcher(meaning.owner());
        if (!owner.matches()) {
            throw new IllegalArgumentException("\"" + meaning.owner() + "\" is no owner of a field");
        }
        String number = owner.group("number") == null ? "" : owner.group("number") + " ";
        String start = KEYWORD + " " + owner.group("keyword") + " " + name(owner.group("name")) + " " + number
                + name(meaning.field()) + ": ";
        if (meaning instanceof FieldMeaning.Time time) {
            return start + (time.isInstant() ? INSTANT : DURATION) + ", " + time.perSecond() + " per second\n";
        }
        if (meaning instanceof FieldMeaning.Sign) {
            return start + SIGN + " as declared\n";
        }
        FieldMeaning.Selection selection = (FieldMeaning.Selection) meaning;
        return start + "by " + name(selection.discriminator()) + "\n"
                + selection.cases().stream().map(FieldMeaningText::print).collect(Collectors.joining());
    }

    private static String print(FieldMeaning.Case one) {
        String numbers = one.numbers().stream().map(number -> " " + number).collect(Collectors.joining());
        return "  case " + name(one.member()) + ":" + numbers + "\n";
    }

    /** Reads a line after its keyword, and the lines that belong to it. */
    static FieldMeaning read(LineTokens line, TextLines lines) {
        String keyword = line.word();
        if (!OWNERS.contains(keyword)) {
            throw line.error("expected a struct, union, map or variable, but found \"" + keyword + "\"");
        }
        DeclaredTypes.Place place = DeclaredTypes.Place.read(line);
        String owner = keyword + " " + place.tag() + (place.number() == 1 ? "" : " #" + place.number());
        String field = line.name();
        if (line.expect(":").accept("by")) {
            return new FieldMeaning.Selection(owner, field, line.name(), cases(line, lines));
        }
        if (line.accept(SIGN)) {
            line.expect("as").expect("declared");
            return new FieldMeaning.Sign(owner, field);
        }
        boolean isInstant = line.accept(INSTANT);
        if (!isInstant) {
            line.expect(DURATION);
        }
        long perSecond = line.expect(",").integer();
        if (perSecond < 1 || perSecond > 1_000_000_000) {
            throw line.error(perSecond + " units per second are not in the range from 1 to 1000000000");
        }
        line.expect("per").expect("second");
        return new FieldMeaning.Time(owner, field, isInstant, perSecond);
    }

    private static List<FieldMeaning.Case> cases(LineTokens whole, TextLines lines) {
        List<FieldMeaning.Case> cases = new ArrayList<>();
        while (lines.isPartOf(whole)) {
            LineTokens line = lines.next();
            String member = line.expect("case").name();
            line.expect(":");
            List<Long> numbers = new ArrayList<>();
            while (!line.atEnd()) {
                numbers.add(line.integer());
            }
            cases.add(new FieldMeaning.Case(member, numbers));
        }
        return cases;
    }
}

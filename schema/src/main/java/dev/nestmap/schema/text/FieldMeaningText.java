/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTextNames.name;

import dev.nestmap.schema.FieldMeaning;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints and reads the meanings of fields beyond their C types. */
final class FieldMeaningText {
    /** The first word of such a line: how records read the field. */
    static final String KEYWORD = "reading";

    private static final String DURATION = "Duration";
    private static final String INSTANT = "Instant";
    private static final String SIGN = "sign";
    private static final String COMPONENT = "component";
    private static final String BITS = "bits";
    private static final String ENUM = "enum";
    private static final List<String> OWNERS = List.of("struct", "union", "map", "variable");
    private static final Pattern OWNER =
            Pattern.compile("(?<keyword>\\w+) (?<name>.*?)(?: (?<number>#[0-9]+))?", Pattern.DOTALL);

    private FieldMeaningText() {}

    /** @param types prints references to types */
    static String print(FieldMeaning meaning, TypeTextWriter types) {
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
        if (meaning instanceof FieldMeaning.Component component) {
            return start + COMPONENT + " " + name(component.name()) + "\n";
        }
        if (meaning instanceof FieldMeaning.Constants constants) {
            return start + (constants.areBits() ? BITS + " " : "") + types.reference(constants.type()) + "\n";
        }
        return start + SIGN + " as declared\n";
    }

    /**
     * Reads a line after its keyword.
     *
     * @param types reads references to types
     */
    static FieldMeaning read(LineTokens line, TypeTextReader types) {
        String keyword = line.word();
        if (!OWNERS.contains(keyword)) {
            throw line.error("expected a struct, union, map or variable, but found \"" + keyword + "\"");
        }
        DeclaredTypes.Place place = DeclaredTypes.Place.read(line);
        String owner = keyword + " " + place.tag() + (place.number() == 1 ? "" : " #" + place.number());
        String field = line.name();
        if (line.expect(":").accept(SIGN)) {
            line.expect("as").expect("declared");
            return new FieldMeaning.Sign(owner, field);
        }
        if (line.accept(COMPONENT)) {
            return new FieldMeaning.Component(owner, field, line.name());
        }
        if (line.accept(BITS)) {
            return new FieldMeaning.Constants(owner, field, types.enumType(line.expect(ENUM)), true);
        }
        if (line.accept(ENUM)) {
            return new FieldMeaning.Constants(owner, field, types.enumType(line), false);
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
}

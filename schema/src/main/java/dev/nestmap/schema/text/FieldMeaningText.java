/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.SchemaTextNames.name;

import dev.nestmap.schema.FieldMeaning;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints and reads the meanings of fields beyond their C types. */
final class FieldMeaningText {
    /** The first word of a line that says how records read the field. */
    static final String KEYWORD = "reading";

    /** The first word of a line about other versions. */
    static final String OTHER_VERSIONS = "word";

    private static final String WAS = "was";
    private static final String NUMBER_WITH = "number";
    private static final String REMOVED = "removed";
    private static final String PIN = "pin";
    private static final String FORMER_OBJECT = "object";
    private static final String OMITTABLE = "omittable";

    private static final String DURATION = "Duration";
    private static final String INSTANT = "Instant";
    private static final String SIGN = "sign";
    private static final String COMPONENT = "component";
    private static final String BITS = "bits";
    private static final String ENUM = "enum";
    private static final List<String> OWNERS = List.of("struct", "union", "map", "variable");
    private static final List<String> WORD_OWNERS = List.of("struct", "union", "map", "enum");
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
        String start = (meaning instanceof FieldMeaning.Word ? OTHER_VERSIONS : KEYWORD) + " " + owner.group("keyword")
                + " " + name(owner.group("name")) + " " + number + name(meaning.field()) + ": ";
        if (meaning instanceof FieldMeaning.Time time) {
            return start + (time.isInstant() ? INSTANT : DURATION) + ", " + time.perSecond() + " per second\n";
        }
        if (meaning instanceof FieldMeaning.Was was) {
            return start + was(was) + "\n";
        }
        if (meaning instanceof FieldMeaning.Pin) {
            return start + PIN + "\n";
        }
        if (meaning instanceof FieldMeaning.FormerObject) {
            return start + FORMER_OBJECT + "\n";
        }
        if (meaning instanceof FieldMeaning.Word) {
            return start + (meaning instanceof FieldMeaning.Removed ? REMOVED : OMITTABLE) + "\n";
        }
        if (meaning instanceof FieldMeaning.Component component) {
            return start + COMPONENT + " " + name(component.name()) + "\n";
        }
        if (meaning instanceof FieldMeaning.Constants constants) {
            return start + (constants.areBits() ? BITS + " " : "") + types.reference(constants.type()) + "\n";
        }
        return start + SIGN + " as declared\n";
    }

    private static String was(FieldMeaning.Was was) {
        StringBuilder text = new StringBuilder();
        if (!was.names().isEmpty()) {
            text.append(WAS);
            was.names().forEach(name -> text.append(' ').append(name(name)));
        }
        if (was.perSecond() > 0) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(NUMBER_WITH + " with ")
                    .append(was.perSecond())
                    .append(" per second");
        }
        return text.toString();
    }

    private static String owner(LineTokens line, List<String> keywords) {
        String keyword = line.word();
        if (!keywords.contains(keyword)) {
            throw line.error("expected a struct, union, map or " + keywords.get(3) + ", but found \"" + keyword + "\"");
        }
        DeclaredTypes.Place place = DeclaredTypes.Place.read(line);
        return keyword + " " + place.tag() + (place.number() == 1 ? "" : " #" + place.number());
    }

    /** Reads a line about other versions after its keyword. */
    static FieldMeaning.Word readWord(LineTokens line) {
        String owner = owner(line, WORD_OWNERS);
        String field = line.name();
        if (line.expect(":").accept(REMOVED)) {
            return new FieldMeaning.Removed(owner, field);
        }
        if (line.accept(PIN)) {
            return new FieldMeaning.Pin(owner, field);
        }
        if (line.accept(FORMER_OBJECT)) {
            return new FieldMeaning.FormerObject(owner, field);
        }
        if (line.accept(OMITTABLE)) {
            return new FieldMeaning.Omittable(owner, field);
        }
        List<String> names = new ArrayList<>();
        boolean hasNumber = line.accept(NUMBER_WITH);
        if (!hasNumber) {
            line.expect(WAS);
            while (!line.atEnd() && !line.isAt(",")) {
                names.add(line.name());
            }
            hasNumber = line.accept(",");
            if (hasNumber) {
                line.expect(NUMBER_WITH);
            }
        }
        return new FieldMeaning.Was(owner, field, names, hasNumber ? perSecond(line.expect("with")) : 0);
    }

    private static long perSecond(LineTokens line) {
        long perSecond = line.integer();
        if (perSecond < 1 || perSecond > 1_000_000_000) {
            throw line.error(perSecond + " units per second are not in the range from 1 to 1000000000");
        }
        line.expect("per").expect("second");
        return perSecond;
    }

    /**
     * Reads a line after its keyword.
     *
     * @param types reads references to types
     */
    static FieldMeaning read(LineTokens line, TypeTextReader types) {
        String owner = owner(line, OWNERS);
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
        return new FieldMeaning.Time(owner, field, isInstant, perSecond(line.expect(",")));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.text;

import static dev.nestmap.schema.text.TextNames.name;

import dev.nestmap.schema.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Prints and reads how records read fields. */
final class ReadingText {
    /** The first word of such a line. */
    static final String KEYWORD = "reading";

    private static final String DURATION = "Duration";
    private static final String INSTANT = "Instant";
    private static final String SIGN = "sign";
    private static final String LOST_INSERTS = "lost_inserts";
    private static final List<String> OWNERS = List.of("struct", "union", "map", "variable");

    private ReadingText() {}

    static String print(Reading reading) {
        int space = reading.owner().indexOf(' ');
        String start = KEYWORD + " " + reading.owner().substring(0, space) + " "
                + name(reading.owner().substring(space + 1)) + " " + name(reading.field()) + ": ";
        if (reading instanceof Reading.Time time) {
            return start + (time.isInstant() ? INSTANT : DURATION) + ", " + time.perSecond() + " per second\n";
        }
        if (reading instanceof Reading.Sign) {
            return start + SIGN + " as declared\n";
        }
        if (reading instanceof Reading.LostInserts inserts) {
            return start + LOST_INSERTS + " of " + name(inserts.inner()) + "\n";
        }
        Reading.Selection selection = (Reading.Selection) reading;
        return start + "by " + name(selection.discriminator()) + "\n"
                + selection.cases().stream().map(ReadingText::print).collect(Collectors.joining());
    }

    private static String print(Reading.Case one) {
        String numbers = one.numbers().stream().map(number -> " " + number).collect(Collectors.joining());
        return "  case " + name(one.member()) + ":" + numbers + "\n";
    }

    /** Reads a line after its keyword, and the lines that belong to it. */
    static Reading read(LineTokens line, TextLines lines) {
        String keyword = line.word();
        if (!OWNERS.contains(keyword)) {
            throw line.error("expected a struct, union, map or variable, but found \"" + keyword + "\"");
        }
        String owner = keyword + " " + line.name();
        String field = line.name();
        if (line.expect(":").accept("by")) {
            return new Reading.Selection(owner, field, line.name(), cases(line, lines));
        }
        if (line.accept(SIGN)) {
            line.expect("as").expect("declared");
            return new Reading.Sign(owner, field);
        }
        if (line.accept(LOST_INSERTS)) {
            return new Reading.LostInserts(owner, field, line.expect("of").name());
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
        return new Reading.Time(owner, field, isInstant, perSecond);
    }

    private static List<Reading.Case> cases(LineTokens whole, TextLines lines) {
        List<Reading.Case> cases = new ArrayList<>();
        while (lines.isPartOf(whole)) {
            LineTokens line = lines.next();
            String member = line.expect("case").name();
            line.expect(":");
            List<Long> numbers = new ArrayList<>();
            while (!line.atEnd()) {
                numbers.add(line.integer());
            }
            cases.add(new Reading.Case(member, numbers));
        }
        return cases;
    }
}

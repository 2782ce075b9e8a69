/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one field: {@code source=10.0.0.1}.
 *
 * @param field name of the field, as the output shows it; the last part of a name with dots is enough
 * @param operator {@code =}, {@code !=}, {@code <} or {@code >}
 * @param value what the field is compared with: the text that the output shows, or a number
 */
record Filter(String field, String operator, String value) {
    private static final Pattern SYNTAX = Pattern.compile("([^=!<>]+)(!=|=|<|>)(.*)");

    /** A field that was found, or was not. */
    enum Match {
        /** No part of the entry has this name. */
        ABSENT,
        NO,
        YES
    }

    /** Parses {@code FIELD=VALUE}. Throws if the text is something else. */
    static Filter parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not FIELD=VALUE; FIELD!=VALUE, FIELD<VALUE and FIELD>VALUE" + " are possible too");
        }
        return new Filter(
                matcher.group(1).strip(), matcher.group(2), matcher.group(3).strip());
    }

    /** Compares the field with this name in a key or value. A key or value that is no struct has the given name. */
    Match matches(BtfValue whole, String name) {
        BtfValue found = ValueText.isWhole(whole)
                ? (field.equals(name) ? whole : null)
                : find(whole, List.of(field.split("\\.", -1)));
        if (found == null) {
            return Match.ABSENT;
        }
        return compare(found) ? Match.YES : Match.NO;
    }

    private static @Nullable BtfValue find(BtfValue value, List<String> path) {
        BtfValue part = value.part(path.get(0));
        if (part != null) {
            return path.size() == 1 ? part : find(part, path.subList(1, path.size()));
        }
        for (BtfValue inner : value.kind() == BtfValue.Kind.ARRAY ? List.<BtfValue>of() : value.parts()) {
            BtfValue found = find(inner, path);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private boolean compare(BtfValue found) {
        BigInteger number = found.number();
        BigInteger wanted = Numbers.parse(value);
        if (operator.equals("<") || operator.equals(">")) {
            if (number == null || wanted == null) {
                throw new Failure(Escapes.visible(field) + " " + operator + " " + Escapes.visible(value)
                        + ": only numbers can be compared with < and >");
            }
            return operator.equals("<") ? number.compareTo(wanted) < 0 : number.compareTo(wanted) > 0;
        }
        boolean equal = (number != null && number.equals(wanted))
                || ValueText.of(found).equalsIgnoreCase(value)
                || value.equals(found.text());
        return equal == operator.equals("=");
    }
}

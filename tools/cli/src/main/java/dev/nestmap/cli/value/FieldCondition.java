/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one field: {@code source=10.0.0.1}.
 *
 * @param field name of the field in the output; the last part of a name with dots is enough
 * @param operator {@code =}, {@code !=}, {@code <} or {@code >}
 * @param value the text in the output, or a number, to compare with the field
 */
public record FieldCondition(String field, String operator, String value) {
    private static final Pattern SYNTAX = Pattern.compile("([^=!<>]+)(!=|=|<|>)(.*)");

    /** A field that was found, or was not. */
    public enum Match {
        /** No part of the entry has this name. */
        ABSENT,
        NO,
        YES
    }

    /** Parses {@code FIELD=VALUE}. Throws if the text is something else. */
    public static FieldCondition parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not FIELD=VALUE; FIELD!=VALUE, FIELD<VALUE and FIELD>VALUE" + " are possible too");
        }
        return new FieldCondition(
                matcher.group(1).strip(), matcher.group(2), matcher.group(3).strip());
    }

    /** Compares the field with this name in a key or in the values of all CPUs. A key or value that is no struct has the given name. */
    public Match matches(List<BtfValue> cpus, String name) {
        List<BtfValue> found = cpus.stream()
                .map(whole -> BtfValueText.isWhole(whole)
                        ? (field.equals(name) ? whole : null)
                        : find(whole, List.of(field.split("\\.", -1))))
                .flatMap(value -> Optional.ofNullable(value).stream())
                .toList();
        if (found.isEmpty()) {
            return Match.ABSENT;
        }
        BtfValue one = found.get(0);
        String impossible = FieldValueCheck.impossible(one, value);
        if (isEquality() && impossible != null) {
            throw new CommandFailedException(SafeText.visible(this + ": " + field + " " + impossible));
        }
        List<String> texts = found.stream()
                .map(value -> value.isUntyped() ? BtfValueText.of(value) : value.text())
                .flatMap(text -> Optional.ofNullable(text).stream())
                .toList();
        String shown = one.isUntyped()
                ? one.bytes().toString()
                : found.size() == 1 ? BtfValueText.complete(one) : BtfValueText.of(found);
        return compare(BtfValueText.combined(found), shown, texts);
    }

    /** Finds a part of a key or value by the names that lead to it. */
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

    private Match compare(@Nullable BigInteger number, String shown, List<String> texts) {
        BigInteger wanted = NumberText.parse(value);
        if (!isEquality()) {
            if (number == null || wanted == null) {
                throw new CommandFailedException(
                        SafeText.visible(this + ": only numbers can be compared with < and >"));
            }
            int order = number.compareTo(wanted);
            return (operator.equals("<") ? order < 0 : order > 0) ? Match.YES : Match.NO;
        }
        boolean equal =
                (number != null && number.equals(wanted)) || shown.equalsIgnoreCase(value) || texts.contains(value);
        return equal == operator.equals("=") ? Match.YES : Match.NO;
    }

    private boolean isEquality() {
        return operator.equals("=") || operator.equals("!=");
    }

    @Override
    public String toString() {
        return field + " " + operator + " " + value;
    }
}

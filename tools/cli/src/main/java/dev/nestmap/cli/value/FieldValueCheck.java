/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.value;

import dev.nestmap.cli.console.NumberText;
import dev.nestmap.untyped.BtfValue;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks what a user gives as the value of a field, to write or to find it. */
final class FieldValueCheck {
    private FieldValueCheck() {}

    /** Why a user's text can't be the value of this field; null if it can. */
    static @Nullable String impossible(BtfValue field, String text) {
        BigInteger number = NumberText.parse(text);
        return switch (field.kind()) {
            case NUMBER -> number == null ? notShown(field, text) : outOfRange(field, number);
            case ENUM ->
                number != null
                        ? outOfRange(field, number)
                        : field.constants().stream().anyMatch(text::equalsIgnoreCase)
                                ? null
                                : "is one of " + String.join(", ", field.constants());
            case TEXT ->
                text.startsWith("\"") || text.getBytes(StandardCharsets.UTF_8).length <= field.size()
                        ? null
                        : "has room for " + NumberText.of(field.size(), "byte", "bytes");
            default -> null;
        };
    }

    private static @Nullable String outOfRange(BtfValue field, BigInteger number) {
        int bits = field.type().equals("bool") ? 1 : field.bits() == 0 ? field.size() * Byte.SIZE : field.bits();
        int magnitude = field.isSigned() ? bits - 1 : bits;
        BigInteger least =
                field.isSigned() ? BigInteger.ONE.shiftLeft(magnitude).negate() : BigInteger.ZERO;
        BigInteger most = BigInteger.ONE.shiftLeft(magnitude).subtract(BigInteger.ONE);
        return number.compareTo(least) < 0 || number.compareTo(most) > 0
                ? "is a number from " + least + " to " + most
                : null;
    }

    /** Why this text is not one of those that are shown for a number. */
    private static @Nullable String notShown(BtfValue field, String text) {
        return switch (ValueMeaning.of(field)) {
            case BOOL -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? null : "is true or false";
            case DURATION, INSTANT, KERNEL_DURATION, KERNEL_MOMENT -> null;
            case ADDRESS -> text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") ? null : "is an IPv4 address";
            case PROTOCOL ->
                ValueMeaning.PROTOCOL_NAMES.containsValue(text.toLowerCase(Locale.ROOT))
                        ? null
                        : "is a number, or one of "
                                + ValueMeaning.PROTOCOL_NAMES.values().stream()
                                        .sorted()
                                        .collect(Collectors.joining(", "));
            case POINTER, IDENTIFIER, COUNT -> "is a number";
        };
    }
}

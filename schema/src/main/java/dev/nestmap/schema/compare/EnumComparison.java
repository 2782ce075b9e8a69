/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.EnumType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares the constants of an enum. */
final class EnumComparison {
    private final EnumType declared;
    private final EnumType actual;
    private final Map<String, Long> declaredValues;
    private final Map<String, Long> actualValues;

    EnumComparison(EnumType declared, EnumType actual) {
        this.declared = declared;
        this.actual = actual;
        this.declaredValues = values(declared);
        this.actualValues = values(actual);
    }

    /** The declared constants that have another value on the actual side, or are missing there. */
    List<Difference> changed(DifferenceLocation where) {
        return declared.constants().stream()
                .map(EnumType.Constant::name)
                .filter(name -> !text(name, declaredValues).equals(text(name, actualValues)))
                .map(name -> difference(where, name))
                .toList();
    }

    /** The declared constants that the actual side has with other bits. */
    List<Difference> misread(DifferenceLocation where) {
        return declared.constants().stream()
                .filter(constant -> actualValues.containsKey(constant.name())
                        && !areSameBits(constant.value(), actualValues.get(constant.name())))
                .map(constant -> difference(where, constant.name()))
                .toList();
    }

    /** Compares numbers of at most 32 bits without their sign, which BTF may hide. */
    private boolean areSameBits(long value, long other) {
        return isNarrow() ? (int) value == (int) other : value == other;
    }

    private boolean isNarrow() {
        return declared.size() <= Integer.BYTES && actual.size() <= Integer.BYTES;
    }

    /** The constants that only the actual side has. */
    List<Difference> added(DifferenceLocation where) {
        return actual.constants().stream()
                .map(EnumType.Constant::name)
                .filter(name -> !declaredValues.containsKey(name))
                .map(name -> difference(where, name))
                .toList();
    }

    private Difference difference(DifferenceLocation where, String name) {
        return where.member("constant", name)
                .difference(Aspect.CONSTANT, text(name, declaredValues), text(name, actualValues));
    }

    /** Whether one side does not know its values and their sign. The assertions of the generated header check them. */
    boolean areUnknown() {
        return declared.hasUnknownConstants() || actual.hasUnknownConstants();
    }

    /**
     * Whether only the sign differs, which BTF may hide. Clang before version 15 writes no signs, and a stripped object does not name its
     * compiler. Every clang leaves out the sign if the enum is stored as a typedef of a signed number (seen with clang 14, 16 and 19). Numbers
     * of at most 32 bits have the same bytes with and without a sign.
     */
    boolean differOnlyInSign() {
        return declared.signed() != actual.signed()
                && (declared.signed() || isNarrow())
                && declared.constants().stream().allMatch(this::isCutOff);
    }

    private boolean isCutOff(EnumType.Constant constant) {
        int low = (int) constant.value();
        Long other = actualValues.get(constant.name());
        return other != null && (other == low || other == Integer.toUnsignedLong(low));
    }

    private static String text(String name, Map<String, Long> values) {
        @Nullable Long value = values.get(name);
        return value == null ? Difference.MISSING : value.toString();
    }

    /** The values by name. In a damaged file, the first constant of a name counts. */
    private static Map<String, Long> values(EnumType type) {
        Map<String, Long> values = new HashMap<>();
        type.constants().forEach(constant -> values.putIfAbsent(constant.name(), constant.value()));
        return values;
    }
}

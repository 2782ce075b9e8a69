/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.EnumType;
import java.util.List;

/** Compares the constants of an enum. */
record EnumComparison(EnumType declared, EnumType actual) {
    /** The declared constants that have another value on the actual side, or are missing there. */
    List<Difference> changed(DifferenceLocation where) {
        return declared.constants().stream()
                .map(EnumType.Constant::name)
                .filter(name -> !value(name, declared).equals(value(name, actual)))
                .map(name -> difference(where, name))
                .toList();
    }

    /** The constants that only the actual side has. */
    List<Difference> added(DifferenceLocation where) {
        return actual.constants().stream()
                .map(EnumType.Constant::name)
                .filter(name -> value(name, declared).equals(TypeComparison.MISSING))
                .map(name -> difference(where, name))
                .toList();
    }

    private Difference difference(DifferenceLocation where, String name) {
        return where.member("constant", name).difference(Aspect.CONSTANT, value(name, declared), value(name, actual));
    }

    /**
     * Whether the object has only the low 32 bits of wide values, without a sign. Clang before version 15 writes them so. The assertions of
     * the generated header check the whole values.
     */
    boolean areCutOff() {
        return actual.size() > Integer.BYTES
                && declared.constants().stream().anyMatch(constant -> constant.value() != (int) constant.value())
                && declared.constants().stream().allMatch(this::isCutOff);
    }

    /**
     * Whether the object has the constants without their sign. Clang writes them so if the enum is stored as a typedef of a signed number
     * (seen with clang 14, 16 and 19).
     */
    boolean areUnsigned() {
        return declared.signed()
                && !actual.signed()
                && declared.constants().stream().allMatch(this::isCutOff);
    }

    private boolean isCutOff(EnumType.Constant constant) {
        int low = (int) constant.value();
        return actual.constants().stream()
                .filter(other -> other.name().equals(constant.name()))
                .anyMatch(other -> other.value() == low || other.value() == Integer.toUnsignedLong(low));
    }

    private static String value(String name, EnumType type) {
        return type.constants().stream()
                .filter(constant -> constant.name().equals(name))
                .map(constant -> Long.toString(constant.value()))
                .findFirst()
                .orElse(TypeComparison.MISSING);
    }
}

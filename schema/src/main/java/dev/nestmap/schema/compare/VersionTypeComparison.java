/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference.Aspect;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares the types of two versions of the records. Every difference counts, also one that leaves the bytes as they are. */
final class VersionTypeComparison extends TypeComparison {
    /** With more differences, those of a type are reported only once. Many maps can share a type with many of them. */
    private static final int MOST_REPEATED = 10_000;

    VersionTypeComparison(List<Difference> found) {
        super(found);
    }

    /** Reports a difference in a type by itself too if a map has the same difference. */
    @Override
    void alone(Schema declared, Schema actual) {
        forgetDone();
        super.alone(declared, actual);
    }

    /** Reports a difference in a struct once for each part that contains the struct. */
    @Override
    void part(DifferenceLocation where, @Nullable CType declared, @Nullable CType actual) {
        if (found.size() < MOST_REPEATED) {
            forgetDone();
        }
        super.part(where, declared, actual);
    }

    @Override
    void unequal(DifferenceLocation where, CType declared, CType actual) {
        int foundBefore = found.size();
        super.unequal(where, declared, actual);
        if (found.size() == foundBefore) {
            sameBytes(where, declared, actual);
        }
    }

    /** Reports the difference between two unequal types whose bytes are read in the same way. */
    private void sameBytes(DifferenceLocation where, CType declared, CType actual) {
        DifferenceLocation there = declared instanceof NamedType type ? where.in(type) : where;
        if (declared.alignment() != actual.alignment()) {
            found.add(there.difference(Aspect.ALIGNMENT, "" + declared.alignment(), "" + actual.alignment()));
        } else {
            found.add(there.difference(Aspect.EQUIVALENT_TYPE, spelling(declared), spelling(actual)));
        }
    }

    private static String spelling(CType type) {
        boolean isUnknown = type instanceof EnumType constants && constants.hasUnknownConstants();
        return type.spelling() + (isUnknown ? " whose constants BTF has lost" : "");
    }

    @Override
    boolean areTagsCompared(NamedType declared, NamedType actual) {
        return true;
    }

    /** A version that lacks the other members of the union differs. */
    @Override
    boolean areUnionsOpened() {
        return false;
    }

    @Override
    void regrouped(DifferenceLocation where, StructType declared, StructType actual) {
        found.add(where.difference(Aspect.GROUPING, labels(declared), labels(actual)));
    }

    @Override
    void enums(DifferenceLocation where, EnumType declared, EnumType actual) {
        EnumComparison constants = new EnumComparison(declared, actual);
        if (constants.areUnknown()) {
            sizes(where, declared, actual);
            return;
        }
        numbers(where, declared, actual);
        found.addAll(constants.changed(where));
        found.addAll(constants.added(where));
    }
}

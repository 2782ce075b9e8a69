/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.UnionType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The meaning of a field that its C type does not express and a record declares: a number is a time, a field selects the member of a union,
 * or the record states the sign of a number. Tools that show maps use it. Meanings do not affect the layout:
 * two schemas that differ only in them describe the same bytes.
 */
public sealed interface FieldMeaning {
    /** The beginning of an owner that is a map. */
    String MAP = "map ";

    /** The beginning of an owner that is a global variable. */
    String VARIABLE = "variable ";

    /** The struct, union ({@link Schema#owner}), map or global variable that has the field: {@code struct peer}, {@code map ages}. */
    String owner();

    /** The name of the field, empty for an unnamed union; {@code key} or {@code value} for a map, {@code value} for a variable. */
    String field();

    /**
     * A number, or an array of numbers, that records read as {@code Duration} or {@code Instant}.
     *
     * @param isInstant whether it counts from 1970-01-01T00:00:00Z
     * @param perSecond the number of units per second
     */
    record Time(String owner, String field, boolean isInstant, long perSecond) implements FieldMeaning {}

    /**
     * A number, or an array of numbers, whose sign a record of an existing object states with an annotation. C may declare the other sign.
     */
    record Sign(String owner, String field) implements FieldMeaning {}

    /**
     * A union with a discriminator.
     *
     * @param discriminator the name of the field that selects the member, in the same struct
     * @param cases the members that have bytes, in the order of the union
     */
    record Selection(String owner, String field, String discriminator, List<Case> cases) implements FieldMeaning {
        /** Copies the list. */
        public Selection {
            cases = List.copyOf(cases);
        }

        /** The same selection by another field. */
        public Selection by(String otherDiscriminator) {
            return new Selection(owner, field, otherDiscriminator, cases);
        }

        /** The members of a union that this number selects. Those without a name are in the order of their cases. */
        public List<Field> selected(UnionType union, long number) {
            List<Field> selected = new ArrayList<>();
            Iterator<Case> unnamed =
                    cases.stream().filter(one -> one.member().isEmpty()).iterator();
            for (Field field : union.fields()) {
                boolean isSelected = field.name().isEmpty()
                        ? unnamed.hasNext() && unnamed.next().numbers().contains(number)
                        : cases.stream()
                                .anyMatch(one -> one.member().equals(field.name())
                                        && one.numbers().contains(number));
                if (isSelected) {
                    selected.add(field);
                }
            }
            return selected;
        }
    }

    /**
     * A member of a union.
     *
     * @param member the name of its field
     * @param numbers the numbers of the discriminator that select it
     */
    record Case(String member, List<Long> numbers) {
        /** Copies the list. */
        public Case {
            numbers = List.copyOf(numbers);
        }
    }
}

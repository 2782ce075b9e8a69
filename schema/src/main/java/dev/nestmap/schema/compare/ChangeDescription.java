/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.compare.Difference.Aspect;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Describes a difference between two versions as an edit: the action and its place. */
public final class ChangeDescription {
    /** Appended if a name at the same place changed: the developer may have renamed the field, or replaced it with another one. */
    private static final String GUESS = " (or renaming it)";

    private static final int MOST_LISTED = 50;

    private ChangeDescription() {}

    /** The change as the subject of a sentence: {@code adding `drops` to `flow`}. */
    public static String cause(Difference difference) {
        DifferenceLocation where = difference.where();
        String subject = subject(where);
        return switch (difference.aspect()) {
            case MAP -> "removing the map " + subject;
            case GLOBAL -> "removing the variable " + subject;
            case MISSING_FIELD -> "removing " + member(where, "from");
            case EXTRA_FIELD -> "adding " + member(where, "to");
            case FIELD_NAME -> "replacing " + member(where, "of") + " with `" + difference.actual() + "`" + GUESS;
            case TAG -> "replacing `" + difference.declared() + "` with `" + difference.actual() + "`" + GUESS;
            case CONSTANT -> constant(difference);
            case PRESENCE -> "changing " + subject + fromTo(difference);
            case KIND, FORM, TYPE -> "changing the type of " + subject + fromTo(difference);
            case GROUPING -> "changing the unnamed structs in " + subject;
            case EQUIVALENT_TYPE -> spelling(difference, subject);
            case PROGRAM, PROGRAM_SECTION, RELOCATED ->
                throw new IllegalArgumentException(
                        "versions do not differ in this, only objects do: " + difference.message());
            case MAX_ENTRIES,
                    MAP_EXTRA,
                    NUMA_NODE,
                    FLAGS,
                    SECTION,
                    SIZE,
                    LENGTH,
                    BITS,
                    OFFSET,
                    BYTE_ORDER,
                    SIGNEDNESS,
                    ALIGNMENT -> "changing " + attribute(difference.aspect()) + " of " + subject + fromTo(difference);
        };
    }

    /** The subject of a difference: {@code `bytes` of `flow`}, {@code the key of `counts`}, {@code `tenant`}. */
    public static String subject(DifferenceLocation where) {
        String element = where.isElement() ? "an element of " : "";
        if (where.field() != null) {
            return element + member(where, "of");
        }
        if (where.struct() != null && !where.struct().isEmpty()) {
            return element + "`" + where.struct() + "`";
        }
        boolean isType = DifferenceLocation.KEY.equals(where.part()) || DifferenceLocation.VALUE.equals(where.part());
        String part = where.part() == null ? "" : (isType ? "the " : "") + where.part() + " of ";
        return element + part + "`" + where.definition() + "`";
    }

    /** {@code a, b and c}. If there are very many, it counts the others. */
    public static String list(Collection<?> items, String conjunction) {
        List<String> texts =
                items.stream().limit(MOST_LISTED).map(Object::toString).toList();
        if (items.size() > MOST_LISTED) {
            return String.join(", ", texts) + " " + conjunction + " " + (items.size() - MOST_LISTED) + " more";
        }
        int last = texts.size() - 1;
        return last < 1
                ? String.join("", texts)
                : String.join(", ", texts.subList(0, last)) + " " + conjunction + " " + texts.get(last);
    }

    /** A field or constant, and the type that contains it if that type has a name. */
    private static String member(DifferenceLocation where, String preposition) {
        String field = "`" + where.field() + "`";
        boolean untagged = where.struct() == null || where.struct().isEmpty();
        return untagged ? field + " (" + where.text() + ")" : field + " " + preposition + " `" + where.struct() + "`";
    }

    private static String constant(Difference difference) {
        if (difference.declared().equals(Difference.MISSING)) {
            return "adding the constant " + member(difference.where(), "to");
        }
        return difference.actual().equals(Difference.MISSING)
                ? "removing the constant " + member(difference.where(), "from")
                : "changing the constant " + member(difference.where(), "of") + fromTo(difference);
    }

    private static String spelling(Difference difference, String subject) {
        return difference.declared().equals(difference.actual())
                ? "changing the order of the members of " + subject
                : "changing the type of " + subject + fromTo(difference);
    }

    private static String attribute(Aspect aspect) {
        String name = aspect.name().toLowerCase(Locale.ROOT);
        return switch (aspect) {
            case MAX_ENTRIES, MAP_EXTRA, NUMA_NODE -> name;
            case FLAGS -> "map_flags";
            case BITS -> "the width in bits";
            default -> "the " + name.replace('_', ' ');
        };
    }

    private static String fromTo(Difference difference) {
        return " from " + difference.declared() + " to " + difference.actual();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The components of values that only the pinned map or only the records have.
 *
 * @param onlyPinned names of components that the records lack
 * @param onlyDeclared names of components that the pinned map lacks
 */
record ComponentDifference(List<String> onlyPinned, List<String> onlyDeclared) {
    /**
     * Compares two types of values by the names of their components.
     *
     * @param pinned null if it is unknown
     */
    static ComponentDifference of(@Nullable CType declared, @Nullable CType pinned) {
        return declared instanceof StructType ours && pinned instanceof StructType theirs
                ? new ComponentDifference(missing(theirs, ours), missing(ours, theirs))
                : new ComponentDifference(List.of(), List.of());
    }

    private static List<String> missing(StructType from, StructType in) {
        List<String> names = new ArrayList<>(from.fields().stream()
                .map(Field::name)
                .filter(name -> !name.isEmpty())
                .toList());
        names.removeAll(in.fields().stream().map(Field::name).toList());
        return List.copyOf(names);
    }

    /** Says which side is probably newer, because a new version usually adds components. */
    String newerSide() {
        if (onlyPinned.isEmpty() == onlyDeclared.isEmpty()) {
            return (onlyPinned.isEmpty()
                            ? ""
                            : "Only the pinned map has " + list(onlyPinned) + ", only the records have "
                                    + list(onlyDeclared) + ". ")
                    + "Nestmap can't tell which of the two is newer.";
        }
        return onlyPinned.isEmpty()
                ? "Only the records have " + list(onlyDeclared) + ", so they are probably newer than the pinned map."
                : "Only the pinned map has " + list(onlyPinned) + ", so it is probably newer than the records.";
    }

    /** What a migration to the records loses; empty if it loses nothing. */
    String loss() {
        return onlyPinned.isEmpty() ? "" : " without " + list(onlyPinned);
    }

    private static String list(List<String> names) {
        return "`" + String.join("`, `", names) + "`";
    }
}

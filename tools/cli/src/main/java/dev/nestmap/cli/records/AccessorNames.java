/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import dev.nestmap.schema.CName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names of the methods that the generated class of an object has for its maps. Two maps can't have one method. */
final class AccessorNames {
    /** The names in C of the maps, by the name of the accessor. */
    private final Map<String, String> taken = new HashMap<>();

    /** Takes the accessor of a map. Returns the reason if another map has it. */
    Optional<String> clash(String accessor, String cName) {
        if (!CName.isIdentifier(cName)) {
            return Optional.empty(); // no record can name it
        }
        String other = taken.putIfAbsent(accessor, cName);
        return other == null || other.equals(cName)
                ? Optional.empty()
                : Optional.of(
                        "the accessors of " + other + " and " + cName + " would both be called " + accessor + "()");
    }
}

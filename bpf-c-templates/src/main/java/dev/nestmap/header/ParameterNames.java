/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names of parameters and local variables in helpers. Appends an underscore if a name would hide a variable, function or enumerator of the
 * header.
 */
final class ParameterNames {
    private final Set<String> declared;

    ParameterNames(Schema schema, String prefix) {
        declared = HeaderIdentifiers.of(schema, prefix).stream()
                .filter(name -> name.space() != HeaderIdentifier.Space.TAG)
                .map(HeaderIdentifier::identifier)
                .collect(Collectors.toSet());
    }

    /** The key, or the owner of a local storage: {@code key}, {@code index}, {@code task}. */
    String key(MapDef map) {
        return of(keyWord(map));
    }

    /** The key of an outer map in a helper that also takes the key of the inner map: {@code tenant_key}. */
    String outerKey(MapDef outer) {
        return of(HeaderIdentifiers.base(outer) + "_" + keyWord(outer));
    }

    /** A parameter or local variable that has this name if the name is free. */
    String of(String name) {
        return declared.contains(name) ? of(name + "_") : name;
    }

    private static String keyWord(MapDef map) {
        String key = map.kind().keyRule().isNumber() ? "index" : "key";
        return StorageOwner.of(map.kind()).map(StorageOwner::noun).orElse(key);
    }
}

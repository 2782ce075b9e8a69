/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Names of parameters and local variables in helpers. If a name would hide a variable, function or enumerator of the header, an underscore
 * is appended.
 */
final class ParameterNames {
    private final Set<String> declared;

    ParameterNames(Schema schema, String prefix) {
        declared = HeaderNames.of(schema, prefix).stream()
                .filter(name -> name.space() != HeaderName.Space.TAG)
                .map(HeaderName::identifier)
                .collect(Collectors.toSet());
    }

    /** The key, or the owner of a local storage: {@code key}, {@code index}, {@code task}. */
    String key(MapDef map) {
        return free(keyWord(map));
    }

    /** The key of an outer map in a helper that also takes the key of the inner map: {@code tenant_key}. */
    String outerKey(MapDef outer) {
        return free(HeaderNames.base(outer) + "_" + keyWord(outer));
    }

    /** The handle of an inner map. */
    String map() {
        return free("map");
    }

    /** A value that is found, stored or copied out. */
    String value() {
        return free("value");
    }

    /** The value that a new entry gets. */
    String init() {
        return free("init");
    }

    String flags() {
        return free("flags");
    }

    String callback() {
        return free("callback");
    }

    String context() {
        return free("context");
    }

    String cpu() {
        return free("cpu");
    }

    String data() {
        return free("data");
    }

    String socket() {
        return free("socket");
    }

    String size() {
        return free("size");
    }

    String record() {
        return free("record");
    }

    /** A local variable. */
    String local(String name) {
        return free(name);
    }

    private String free(String name) {
        return declared.contains(name) ? free(name + "_") : name;
    }

    private static String keyWord(MapDef map) {
        String key = map.kind().keyRule().isNumber() ? "index" : "key";
        return StorageOwner.of(map.kind()).map(StorageOwner::noun).orElse(key);
    }
}

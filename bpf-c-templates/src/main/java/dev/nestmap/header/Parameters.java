/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Schema;
import java.util.Set;
import java.util.stream.Collectors;

/** Names of parameters and local variables, none of which hides what the header declares. */
final class Parameters {
    private static final Set<String> OWN = Set.of(
            "key",
            "index",
            "value",
            "init",
            "flags",
            "callback",
            "context",
            "record",
            "socket",
            "inode",
            "task",
            "cgroup",
            "cpu",
            "data",
            "size");

    private final Set<String> declared;

    Parameters(Schema schema) {
        declared = HeaderNames.of(schema).stream().map(HeaderName::identifier).collect(Collectors.toSet());
    }

    String key(MapDef map) {
        return free(keyWord(map));
    }

    /** The key of an outer map beside that of its inner map: {@code tenant_key}. */
    String outerKey(MapDef outer) {
        return free(HeaderNames.base(outer) + "_" + keyWord(outer));
    }

    /** An inner map: the plural of what it holds, {@code flows} for {@code struct flow_map}. */
    String handle(MapDef inner) {
        String plural = plural(HeaderNames.base(inner));
        return OWN.contains(plural) || declared.contains(plural) ? free("map") : plural;
    }

    /** A value that is found or written. */
    String value() {
        return free("value");
    }

    /** The value of an entry that is not there yet. */
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
        String key = map.kind().keyRule() == MapKind.KeyRule.INDEX ? "index" : "key";
        return StorageOwner.of(map.kind()).map(StorageOwner::noun).orElse(key);
    }

    private static String plural(String noun) {
        if (noun.endsWith("s")) {
            return noun;
        }
        if (noun.matches(".*[^aeiou]y")) {
            return noun.substring(0, noun.length() - 1) + "ies";
        }
        return noun.matches(".*(x|z|ch|sh)") ? noun + "es" : noun + "s";
    }
}

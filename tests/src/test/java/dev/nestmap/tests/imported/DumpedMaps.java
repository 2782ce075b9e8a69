/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.schema.type.ManagedFieldType;
import dev.nestmap.schema.type.StructType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the definitions of maps from the BTF of an object as bpftool prints it, and so without Nestmap's own parser. */
final class DumpedMaps {
    private static final Pattern TYPE = Pattern.compile("\\[(\\d+)] (\\w+) '(.*?)'(.*)");
    private static final Pattern MEMBER = Pattern.compile("\t'(.*?)' (.*)");
    private static final Pattern VARIABLE = Pattern.compile("\ttype_id=(\\d+) .*");
    private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+)=([^ ,]+)");

    private static final Set<String> TRANSPARENT =
            Set.of("TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG", "VAR");

    /** {@code PROG_ARRAY}, {@code ARRAY_OF_MAPS} and {@code HASH_OF_MAPS} in {@code linux/bpf.h}. libbpf sets the size of their values. */
    private static final Set<String> PROGRAMS_AND_MAPS = Set.of("3", "12", "13");

    /** Arrays of perf events and control groups, and maps of sockets. */
    private static final Set<String> FILES = Set.of("4", "8", "15", "17", "18", "20");

    private final Map<Integer, Type> types = new HashMap<>();

    /** A type, or a member of a type. */
    private record Type(String kind, String name, Map<String, String> attributes, List<Type> members) {
        int target() {
            return number("type_id");
        }

        int number(String attribute) {
            return Integer.parseInt(attributes.getOrDefault(attribute, "0"));
        }
    }

    private DumpedMaps(Path object) {
        Type last = new Type("VOID", "", Map.of(), new ArrayList<>());
        types.put(0, last);
        InstalledCommand.Result dump = InstalledCommand.run("bpftool", "btf", "dump", "file", object);
        for (String line : dump.output().lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher member = MEMBER.matcher(line);
            Matcher variable = VARIABLE.matcher(line);
            if (type.matches()) {
                String name = type.group(3).equals("(anon)") ? "" : type.group(3);
                last = new Type(type.group(2), name, attributes(type.group(4)), new ArrayList<>());
                types.put(Integer.valueOf(type.group(1)), last);
            } else if (member.matches()) {
                String name = member.group(1).equals("(anon)") ? "" : member.group(1);
                last.members().add(new Type("MEMBER", name, attributes(member.group(2)), List.of()));
            } else if (variable.matches()) {
                last.members().add(new Type("MEMBER", "", Map.of("type_id", variable.group(1)), List.of()));
            }
        }
    }

    private static Map<String, String> attributes(String text) {
        Map<String, String> attributes = new HashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(text);
        while (matcher.find()) {
            attributes.put(matcher.group(1), matcher.group(2));
        }
        return attributes;
    }

    /**
     * The attributes of each map in {@code .maps}, by the name of its variable. Those of the definition of inner maps begin with {@code
     * values.}. Empty if bpftool can't read the object.
     */
    static Map<String, Map<String, String>> of(Path object) {
        DumpedMaps dump = new DumpedMaps(object);
        Map<String, Map<String, String>> maps = new LinkedHashMap<>();
        dump.types.values().stream()
                .filter(type -> type.kind().equals("DATASEC") && type.name().equals(".maps"))
                .flatMap(section -> section.members().stream())
                .forEach(member -> {
                    Type variable = dump.type(member.target());
                    if ("extern".equals(variable.attributes().get("linkage"))) {
                        return; // another object defines it
                    }
                    Map<String, String> attributes = new TreeMap<>();
                    dump.define("", variable.target(), attributes);
                    maps.put(variable.name(), attributes);
                });
        return maps;
    }

    /** The attributes that differ. A header may state a type where the object states a size only. */
    static String differences(Map<String, String> object, Map<String, String> made) {
        Set<String> names = new TreeSet<>(object.keySet());
        names.addAll(made.keySet());
        names.removeIf(name -> name.matches("(values\\.)?(key|value)") && !object.containsKey(name));
        return names.stream()
                .filter(name -> !Objects.equals(object.get(name), made.get(name)))
                .map(name -> name + ": " + made.get(name) + " instead of " + object.get(name))
                .collect(Collectors.joining("; "));
    }

    private Type type(int id) {
        return Objects.requireNonNull(types.get(id), "type " + id);
    }

    private Type resolved(int id) {
        Type type = type(id);
        while (TRANSPARENT.contains(type.kind())) {
            type = type(type.target());
        }
        return type;
    }

    private void define(String prefix, int id, Map<String, String> attributes) {
        Type struct = resolved(id);
        while (struct.members().size() == 1
                && resolved(struct.members().get(0).target()).kind().equals("STRUCT")) {
            struct = resolved(struct.members().get(0).target()); // Rust wraps definitions
        }
        for (Type member : struct.members()) {
            String name = prefix + member.name();
            Type target = resolved(member.target());
            Type pointed = target.kind().equals("PTR") ? resolved(target.target()) : target;
            if (member.name().equals("values")) {
                int element = resolved(target.target()).target();
                if (resolved(element).kind().equals("STRUCT")) { // otherwise the slots of a program array
                    define(name + ".", element, attributes);
                }
            } else if (member.name().equals("key") || member.name().equals("value")) {
                attributes.put(name, text(target.target()));
                attributes.put(name + "_size", String.valueOf(size(target.target())));
            } else if (target.kind().startsWith("ENUM")) {
                attributes.put(name, target.members().get(0).attributes().getOrDefault("val", "0"));
            } else {
                attributes.put(name, pointed.attributes().getOrDefault("nr_elems", pointed.kind()));
            }
        }
        attributes.values().removeIf("0"::equals);
        // The values of these maps are file descriptors, and libbpf creates the map without their type.
        String type = attributes.getOrDefault(prefix + "type", "");
        if (PROGRAMS_AND_MAPS.contains(type)) {
            attributes.remove(prefix + "value_size");
        }
        if (PROGRAMS_AND_MAPS.contains(type) || FILES.contains(type)) {
            attributes.remove(prefix + "value");
        }
    }

    private long size(int id) {
        Type type = resolved(id);
        return switch (type.kind()) {
            case "PTR" -> Long.BYTES;
            case "ARRAY" -> size(type.target()) * type.number("nr_elems");
            default -> type.number("size");
        };
    }

    /** The layout of a type with the names of its fields, without padding and tags. */
    private String text(int id) {
        Type type = type(id);
        while (TRANSPARENT.contains(type.kind())) {
            if (type.kind().equals("TYPEDEF") && type.name().startsWith("__be")) {
                return type.name();
            }
            type = type(type.target());
        }
        String size = type.attributes().getOrDefault("size", "");
        if (ManagedFieldType.ofTag(type.name()).isPresent()) {
            return type.name() + " " + size; // its members depend on the linux/bpf.h of the machine
        }
        return switch (type.kind()) {
            case "INT" -> type.attributes().get("encoding") + size;
            case "PTR" -> "pointer";
            case "ARRAY" -> text(type.target()) + "[" + type.attributes().get("nr_elems") + "]";
            case "STRUCT", "UNION" -> type.kind() + " " + size + " {" + members(type) + "}";
            case "ENUM", "ENUM64" -> "ENUM " + size + " {" + constants(type) + "}";
            default -> type.kind() + " " + type.name();
        };
    }

    private String members(Type type) {
        return type.members().stream()
                .filter(member -> !StructType.isPadName(member.name()))
                .map(member -> member.name() + "@" + member.attributes().get("bits_offset") + ":"
                        + member.attributes().getOrDefault("bitfield_size", "") + " " + text(member.target()))
                .collect(Collectors.joining(", "));
    }

    private static String constants(Type type) {
        return type.members().stream()
                .map(constant -> constant.name() + "=" + constant.attributes().get("val"))
                .collect(Collectors.joining(", "));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random map in two versions: the previous one, and one with random edits. */
final class RecordVersions {
    private static final List<String> NUMBERS = List.of(
            "@U8 int",
            "@S8 int",
            "@U16 int",
            "@S16 int",
            "@U32 long",
            "@S32 long",
            "@U64 long",
            "@S64 long",
            "@Be16 int",
            "@Be32 long");
    private static final List<String> TIMES =
            List.of("@Unit(CTimeUnit.SECONDS) Duration", "@Unit(CTimeUnit.MILLIS) Duration");
    private static final List<String> KEYS = List.of("@U32 long", "@S32 int", "@Be32 long", "@U64 long", "@U16 int");
    private static final Migration NO_RULES =
            Migration.from(SchemaText.print(new Schema("", "none", List.of(), List.of(), List.of())));

    /** An edit of the records. */
    enum Edit {
        ORDER,
        /** Width, sign or byte order. */
        NUMBER,
        UNIT,
        CONSTANT_ORDER,
        CONSTANT_ADDED,
        CONSTANT_REMOVED,
        RENAME,
        /** Puts two components into a record inside the value, or takes them out of it. */
        NEST,
        LENGTH,
        FLAGS,
        MAP_TYPE,
        KEY,
        ADD,
        REMOVE
    }

    /**
     * A component.
     *
     * @param type its type with annotations
     * @param isNested whether it is in the record inside the value
     */
    private record Part(String name, String type, boolean isNested) {
        boolean isNumber() {
            return NUMBERS.contains(type);
        }
    }

    /** One version of the map. */
    private static final class Version {
        String mapType = "HASH";
        boolean isAllocatedLate;
        String key = KEYS.get(0);
        List<Part> parts = new ArrayList<>();
        List<String> constants = new ArrayList<>(List.of("FIRST", "SECOND", "THIRD"));

        Version copy() {
            Version copy = new Version();
            copy.mapType = mapType;
            copy.isAllocatedLate = isAllocatedLate;
            copy.key = key;
            copy.parts = new ArrayList<>(parts);
            copy.constants = new ArrayList<>(constants);
            return copy;
        }
    }

    private final int number;
    private final Random random;
    private final Version before = new Version();
    private final Version after;
    private final List<Edit> edits = new ArrayList<>();
    private final Map<String, String> renamed = new HashMap<>();

    RecordVersions(int number, Random random) {
        this.number = number;
        this.random = random;
        before.key = oneOf(KEYS);
        before.isAllocatedLate = random.nextBoolean();
        int count = 2 + random.nextInt(4);
        boolean isNested = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            before.parts.add(new Part("part" + i, type(), isNested && i < 2));
        }
        this.after = before.copy();
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            Edit edit = Edit.values()[random.nextInt(Edit.values().length)];
            if (!edits.contains(edit) && edit(edit)) {
                edits.add(edit);
            }
        }
    }

    private String type() {
        return switch (random.nextInt(8)) {
            case 0 -> oneOf(TIMES);
            case 1 -> "@U8 " + enumName();
            case 2 -> enumName();
            case 3 -> array();
            case 4 -> "boolean";
            default -> oneOf(NUMBERS);
        };
    }

    private String array() {
        return "@Size(" + (1 + random.nextInt(3)) + ") @U16 IntList";
    }

    private boolean edit(Edit edit) {
        List<Part> parts = after.parts;
        int at = random.nextInt(parts.size());
        Part part = parts.get(at);
        switch (edit) {
            case ORDER -> Collections.swap(parts, at, random.nextInt(parts.size()));
            case NUMBER -> {
                if (!part.isNumber()) {
                    return false;
                }
                parts.set(at, new Part(part.name(), oneOf(NUMBERS), part.isNested()));
            }
            case UNIT -> {
                if (!TIMES.contains(part.type())) {
                    return false;
                }
                parts.set(at, new Part(part.name(), TIMES.get(1 - TIMES.indexOf(part.type())), part.isNested()));
            }
            case CONSTANT_ORDER -> Collections.swap(after.constants, 0, 1);
            case CONSTANT_ADDED -> after.constants.add("FOURTH");
            case CONSTANT_REMOVED -> after.constants.remove(after.constants.size() - 1);
            case RENAME -> {
                parts.set(at, new Part("other", part.type(), part.isNested()));
                renamed.put(part.name(), "other");
            }
            case NEST -> {
                boolean wasNested = parts.stream().anyMatch(Part::isNested);
                for (int i = 0; i < parts.size(); i++) {
                    parts.set(i, new Part(parts.get(i).name(), parts.get(i).type(), !wasNested && i < 2));
                }
            }
            case LENGTH -> {
                if (!part.type().endsWith("IntList")) {
                    return false;
                }
                parts.set(at, new Part(part.name(), array(), part.isNested()));
            }
            case FLAGS -> after.isAllocatedLate = !after.isAllocatedLate;
            case MAP_TYPE -> after.mapType = "LRU_HASH";
            case KEY -> after.key = oneOf(KEYS);
            case ADD -> parts.add(random.nextInt(parts.size() + 1), new Part("added", type(), false));
            case REMOVE -> {
                if (parts.size() < 3) {
                    return false;
                }
                parts.remove(at);
            }
        }
        return true;
    }

    String mapName() {
        return "m" + number;
    }

    private String enumName() {
        return "State" + number;
    }

    String before() {
        return source(before);
    }

    String after() {
        return source(after);
    }

    private String source(Version version) {
        StringBuilder text = new StringBuilder();
        text.append("  enum %s { %s }\n".formatted(enumName(), String.join(", ", version.constants)));
        List<String> nested = version.parts.stream()
                .filter(Part::isNested)
                .map(part -> part.type() + " " + part.name())
                .toList();
        List<String> components = new ArrayList<>(List.of("@Key " + version.key + " key"));
        boolean isDone = false;
        for (Part part : version.parts) {
            if (!part.isNested()) {
                components.add(part.type() + " " + part.name());
            } else if (!isDone) {
                components.add("N" + number + " inside");
                isDone = true;
            }
        }
        if (isDone) {
            text.append("  record N%d(%s) {}\n".formatted(number, String.join(", ", nested)));
        }
        boolean isLate = version.isAllocatedLate && version.mapType.equals("HASH");
        text.append("  @BpfMap(type = MapType.%s, maxEntries = 16%s)\n"
                .formatted(version.mapType, isLate ? ", flags = MapFlag.NO_PREALLOC" : ""));
        text.append("  record M%d(%s) {}\n".formatted(number, String.join(", ", components)));
        return text.toString();
    }

    /** The rules that a user writes for the renamed component, and for the removed one. */
    Migration rules() {
        Migration rules = NO_RULES;
        for (Map.Entry<String, String> one : renamed.entrySet()) {
            boolean isNested =
                    after.parts.stream().anyMatch(part -> part.name().equals(one.getValue()) && part.isNested());
            rules = rules.rename((isNested ? "n" : "m") + number, one.getKey(), one.getValue());
        }
        for (Part part : before.parts) {
            if (after.parts.stream().noneMatch(other -> other.name().equals(nameAfter(part.name())))) {
                rules = rules.drop((part.isNested() ? "n" : "m") + number, part.name());
            }
        }
        return rules;
    }

    /** Whether the edits are only of these kinds. */
    boolean hasOnly(Edit... kinds) {
        return List.of(kinds).containsAll(edits);
    }

    /** The name of a component in the new version. */
    String nameAfter(String name) {
        return renamed.getOrDefault(name, name);
    }

    @Override
    public String toString() {
        return edits + "\n" + before() + "->\n" + after();
    }

    private String oneOf(List<String> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A random map in two versions: the previous one, and one with random edits. */
public final class RecordVersions {
    /** The first component of a map in which programs count. It is edited like the others, but stays the same number. */
    public static final String COUNTER = "part0";

    private static final String COUNTER_TYPE = "@U64 long";
    private static final List<String> BYTES = List.of("@U8 int", "@S8 int");
    private static final List<String> NUMBERS = List.of(
            "@U16 int", "@S16 int", "@U32 long", "@S32 long", "@U64 long", "@S64 long", "@Be16 int", "@Be32 long");
    private static final List<String> TIMES =
            List.of("@Unit(CTimeUnit.SECONDS) Duration", "@Unit(CTimeUnit.MILLIS) Duration");
    private static final List<String> KEYS = List.of("@U32 long", "@S32 int", "@Be32 long", "@U64 long", "@U16 int");

    /** An edit of the records. */
    public enum Edit {
        ORDER,
        /** Width, sign or byte order. */
        NUMBER,
        UNIT,
        CONSTANT_ORDER,
        CONSTANT_ADDED,
        CONSTANT_REMOVED,
        CONSTANT_RENAMED,
        RENAME,
        /** Puts two components into a record inside the value, or takes them out of it. */
        NEST,
        /** Gives two components of one type the places of each other. */
        SWAP,
        LENGTH,
        FLAGS,
        MAP_TYPE,
        KEY,
        ADD,
        REMOVE,
        SIZE,
        PIN
    }

    /**
     * A component.
     *
     * @param type its type with annotations
     * @param isNested whether it is in the record inside the value, which is called {@code inside}
     * @param word its annotation for the other version; may be empty
     */
    public record Part(String name, String type, boolean isNested, String word) {
        Part(String name, String type, boolean isNested) {
            this(name, type, isNested, "");
        }

        Part of(String other) {
            return new Part(name, other, isNested, word);
        }

        boolean isNumber() {
            return NUMBERS.contains(type) || BYTES.contains(type);
        }
    }

    /** One version of the map. */
    private static final class Version {
        String mapType = "HASH";
        boolean isAllocatedLate;
        int size = 4096;
        boolean hasOtherPin;
        String key = KEYS.get(0);
        List<Part> parts = new ArrayList<>();
        List<String> constants = new ArrayList<>(List.of("FIRST", "SECOND", "THIRD"));
        final List<Part> removed = new ArrayList<>();

        Version copy() {
            Version copy = new Version();
            copy.mapType = mapType;
            copy.isAllocatedLate = isAllocatedLate;
            copy.size = size;
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
    private final boolean isCounted;
    private final List<Edit> edits = new ArrayList<>();

    /** Whether the developer has annotated what is renamed or removed. */
    private final boolean hasWords;

    private final Map<String, String> renamed = new HashMap<>();

    RecordVersions(int number, Random random) {
        this(number, random, null);
    }

    /** A map in which programs count, or that they read, with this edit and perhaps another one. Its numbers have at least 16 bits. */
    public static RecordVersions with(Edit edit, int number, Random random) {
        RecordVersions versions;
        do {
            versions = new RecordVersions(number, random, edit);
        } while (!versions.edits.contains(edit));
        return versions;
    }

    private RecordVersions(int number, Random random, @Nullable Edit first) {
        this.number = number;
        this.random = random;
        this.isCounted = first != null;
        before.key = oneOf(KEYS);
        before.isAllocatedLate = random.nextBoolean();
        int count = 2 + random.nextInt(4);
        boolean isNested = random.nextInt(3) == 0;
        for (int i = 0; i < count; i++) {
            before.parts.add(new Part("part" + i, isCounted && i == 0 ? COUNTER_TYPE : type(), isNested && i < 2));
        }
        this.after = before.copy();
        this.hasWords = random.nextInt(4) > 0;
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            Edit edit = first != null && i == 0 ? first : Edit.values()[random.nextInt(Edit.values().length)];
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
            default -> number();
        };
    }

    private String number() {
        return random.nextInt(5) == 0 && !isCounted ? oneOf(BYTES) : oneOf(NUMBERS);
    }

    private boolean isCounter(Part part) {
        return isCounted && other(part.name(), false).equals(COUNTER);
    }

    private String array() {
        return "@Size(" + (1 + random.nextInt(3)) + ") @U16 IntList";
    }

    private String word(String annotation) {
        return hasWords ? annotation : "";
    }

    private boolean edit(Edit edit) {
        List<Part> parts = after.parts;
        int at = random.nextInt(parts.size());
        Part part = parts.get(at);
        switch (edit) {
            case ORDER -> Collections.swap(parts, at, random.nextInt(parts.size()));
            case NUMBER -> {
                if (!part.isNumber() || isCounter(part)) {
                    return false;
                }
                parts.set(at, part.of(number()));
            }
            case UNIT -> {
                if (!TIMES.contains(part.type())) {
                    return false;
                }
                parts.set(at, part.of(TIMES.get(1 - TIMES.indexOf(part.type()))));
            }
            case CONSTANT_ORDER -> Collections.swap(after.constants, 0, 1);
            case CONSTANT_ADDED -> after.constants.add(random.nextInt(after.constants.size() + 1), "FOURTH");
            case CONSTANT_REMOVED -> after.constants.remove(random.nextInt(after.constants.size()));
            case CONSTANT_RENAMED -> {
                int constant = random.nextInt(after.constants.size());
                String name = after.constants.get(constant);
                if (name.equals("FOURTH")) {
                    return false;
                }
                after.constants.set(constant, word("@Was(\"" + name + "\") ") + "OTHER");
                renamed.put(name, "OTHER");
            }
            case RENAME -> {
                if (renamed.containsValue(part.name()) || part.name().equals("added")) {
                    return false;
                }
                parts.set(at, new Part("other", part.type(), part.isNested(), word("@Was(\"" + part.name() + "\") ")));
                renamed.put(part.name(), "other");
            }
            case SWAP -> {
                Part twin = parts.stream()
                        .filter(other -> !other.equals(part) && other.type().equals(part.type()))
                        .findFirst()
                        .orElse(null);
                if (twin == null) {
                    return false;
                }
                Collections.swap(parts, at, parts.indexOf(twin));
            }
            case NEST -> {
                boolean wasNested = parts.stream().anyMatch(Part::isNested);
                for (int i = 0; i < parts.size(); i++) {
                    Part moved = parts.get(i);
                    parts.set(i, new Part(moved.name(), moved.type(), !wasNested && i < 2, moved.word()));
                }
            }
            case LENGTH -> {
                if (!part.type().endsWith("IntList")) {
                    return false;
                }
                parts.set(at, part.of(array()));
            }
            case FLAGS -> after.isAllocatedLate = !after.isAllocatedLate;
            case MAP_TYPE -> after.mapType = "LRU_HASH";
            case KEY -> after.key = oneOf(KEYS);
            case ADD -> parts.add(random.nextInt(parts.size() + 1), new Part("added", type(), false));
            case REMOVE -> {
                if (parts.size() < 3 || isCounter(part)) {
                    return false;
                }
                parts.remove(at);
                if (!part.name()
                        .equals("added")) { // the name that the previous version knows, also if this one had renamed it
                    after.removed.add(new Part(other(part.name(), false), part.type(), part.isNested()));
                }
            }
            case SIZE -> after.size = 2 * after.size;
            case PIN -> after.hasOtherPin = true;
        }
        return true;
    }

    public String mapName() {
        return "m" + number;
    }

    /** The components of one version. */
    public List<Part> parts(boolean isLater) {
        return List.copyOf(version(isLater).parts);
    }

    /** The names of the constants of one version, in their order. */
    public List<String> constants(boolean isLater) {
        return version(isLater).constants.stream()
                .map(constant -> constant.substring(constant.lastIndexOf(' ') + 1))
                .toList();
    }

    /** The Java type of the key, with its annotation. */
    public String key(boolean isLater) {
        return version(isLater).key;
    }

    /** The pin of the map with its word, as attributes of an annotation. */
    public String pin(boolean isLater) {
        Version version = version(isLater);
        return version.hasOtherPin
                ? "pin = \"later%d\"%s".formatted(number, hasWords ? ", was = \"pin" + number + "\"" : "")
                : "pin = \"pin" + number + "\"";
    }

    /** Type, size and flags, as attributes of an annotation. */
    public String attributes(boolean isLater, String... flags) {
        Version version = version(isLater);
        List<String> all = new ArrayList<>(List.of(flags));
        if (version.isAllocatedLate && version.mapType.equals("HASH")) {
            all.add("MapFlag.NO_PREALLOC");
        }
        return "type = MapType.%s, maxEntries = %d, flags = {%s}"
                .formatted(version.mapType, version.size, String.join(", ", all));
    }

    private Version version(boolean isLater) {
        return isLater ? after : before;
    }

    public String enumName() {
        return "State" + number;
    }

    String before() {
        return source(false);
    }

    String after() {
        return source(true);
    }

    /** A plain map that programs only read, so that a load copies it. */
    private String source(boolean isLater) {
        return records(isLater, "@BpfMap(" + attributes(isLater, "MapFlag.RDONLY_PROG") + ")");
    }

    /** The enum and the records of one version. */
    public String records(boolean isLater, String annotation) {
        Version version = version(isLater);
        StringBuilder text = new StringBuilder();
        text.append("  enum %s { %s }\n".formatted(enumName(), String.join(", ", version.constants)));
        List<String> nested = version.parts.stream()
                .filter(Part::isNested)
                .map(part -> part.word() + part.type() + " " + part.name())
                .toList();
        List<String> components = new ArrayList<>(List.of("@Key " + version.key + " key"));
        boolean isDone = false;
        for (Part part : version.parts) {
            if (!part.isNested()) {
                components.add(part.word() + part.type() + " " + part.name());
            } else if (!isDone) {
                components.add("N" + number + " inside");
                isDone = true;
            }
        }
        if (isDone) {
            text.append("  %srecord N%d(%s) {}\n".formatted(removed(version, true), number, String.join(", ", nested)));
        }
        text.append("  " + annotation + "\n");
        text.append(
                "  %srecord M%d(%s) {}\n".formatted(removed(version, false), number, String.join(", ", components)));
        return text.toString();
    }

    private String removed(Version version, boolean isNested) {
        List<String> names = version.removed.stream()
                .filter(part -> part.isNested() == isNested)
                .map(part -> "\"" + part.name() + "\"")
                .toList();
        return names.isEmpty() ? "" : word("@Removed({" + String.join(", ", names) + "}) ");
    }

    /** Whether the edits are only of these kinds, and annotated. */
    boolean hasOnly(Edit... kinds) {
        return hasWords && List.of(kinds).containsAll(edits);
    }

    /** The name of a component or constant in the other version. */
    public String other(String name, boolean isForwards) {
        if (isForwards) {
            return renamed.getOrDefault(name, name);
        }
        return renamed.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    /** The values of a record, by the names of the components, also of those in a record inside it. Names are unique. */
    public static Map<String, Object> values(Object entry) throws ReflectiveOperationException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : entry.getClass().getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            Object value = component.getAccessor().invoke(entry);
            if (value instanceof Record inside) {
                values.putAll(values(inside));
            } else {
                values.put(component.getName(), value instanceof Number number ? number.longValue() : value.toString());
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return edits + "\n" + before() + "->\n" + after();
    }

    private String oneOf(List<String> candidates) {
        return candidates.get(random.nextInt(candidates.size()));
    }
}

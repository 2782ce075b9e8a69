/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.plan;

import dev.nestmap.schema.CNameConverter;
import dev.nestmap.schema.FieldMeaning;
import dev.nestmap.schema.FieldMeaning.Constants;
import dev.nestmap.schema.FieldMeaning.Time;
import dev.nestmap.schema.FieldMeaning.Was;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a key or value of one version becomes one of another version. Components and constants of enums are matched by their names, and numbers keep their
 * values, or their times.
 */
public final class EntryPlan {
    private final Schema before;
    private final Schema after;
    private final boolean inKey;
    private final List<Step> steps = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> forgotten = new ArrayList<>();
    private boolean isInPlace = true;

    private EntryPlan(Part was, Part now, boolean inKey) {
        this.before = was.schema();
        this.after = now.schema();
        this.inKey = inKey;
        match(was, was.components(), now, now.components());
        this.isInPlace = isInPlace && was.type().size() == now.type().size();
    }

    /**
     * Plans the conversion of keys or values.
     *
     * @param old the definition of the entries in the previous version: of an outer map that of its inner maps
     */
    static EntryPlan of(Schema before, MapDef old, Schema after, MapDef map, boolean inKey) {
        return new EntryPlan(Part.whole(before, old, inKey), Part.whole(after, map, inKey), inKey);
    }

    /** What writes the new key or value into bytes that are zero. Incomplete if there are {@link #problems}. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** Why some old keys or values have no place in the new version, each with a remedy. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** What is new, renamed or dropped, and which numbers are written in another way. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** What the previous version says about the entries of versions before it, and the new one does not: these wait forever. */
    List<String> forgotten() {
        return List.copyOf(forgotten);
    }

    /** Whether the old bytes are a new key or value. Components may have been renamed. */
    boolean isInPlace() {
        return isInPlace && problems.isEmpty();
    }

    /** @param was the struct that has the old parts, or the old value in its place */
    private void match(Part was, List<Part> olds, Part now, List<Part> parts) {
        Map<Part, Part> targets = new HashMap<>();
        Set<Part> used = new HashSet<>();
        IdentityHashMap<Part, List<String>> earlier = new IdentityHashMap<>(); // asked for each pair of parts
        olds.forEach(old -> earlier.put(old, old.earlierNames()));
        for (Part part : parts) {
            Part old = source(olds, earlier, parts, part);
            if (old != null && (!part.type().isManaged() || old.type().isManaged())) {
                used.add(old);
            }
            if (old == null) {
                added(part);
            } else if (!part.type().isManaged()) {
                Part other = targets.putIfAbsent(old, part);
                if (other != null) {
                    problems.add(reused(old, other)
                            .or(() -> reused(old, part))
                            .orElse(other.label() + " and " + part.label() + " both were " + old.label()
                                    + ", which would double a count: remove @Was from one of them"));
                } else if (!old.name().equals(part.name())) {
                    notes.add(part.label() + " was called " + old.label());
                    requireKept(old, part, now);
                }
                convert(old, part);
            }
        }
        olds.stream()
                .filter(old -> !used.contains(old) && !old.type().isManaged())
                .forEach(old -> removed(old, now));
        targets.forEach((old, part) -> requireWords(old, part, earlier.getOrDefault(old, List.of())));
        removedNames(before, was).forEach(name -> requireRemoved(name, parts, now));
    }

    /** The problem of a component with a name that an earlier version had for another one. */
    private static Optional<String> reused(Part old, Part part) {
        String name = CNameConverter.snakeCase(part.name());
        return old.earlierNames().contains(name) && !name.equals(CNameConverter.snakeCase(old.name()))
                ? Optional.of(part.label() + " has a name that an earlier version had for " + old.label()
                        + ", so its entries would be read as the new component: give the new one another name")
                : Optional.empty();
    }

    private void requireWords(Part old, Part part, List<String> names) {
        for (String name : names) {
            if (!part.earlierNames().contains(name)
                    && !CNameConverter.snakeCase(part.name()).equals(name)) {
                forgotten.add("entries of a version that called " + part.label() + " " + name
                        + " wait forever: keep @Was(\"" + name + "\") until no machine has any");
            }
        }
        if (old.earlierTime().isPresent()
                && part.time().isPresent()
                && part.earlierTime().isEmpty()) {
            forgotten.add("entries of a version in which " + part.label()
                    + " had no unit wait forever: keep @Was(unit = ...) until no machine has any");
        }
    }

    /** An earlier version had a component that the previous one gave up, and whose values the new one has to give up, too. */
    private void requireRemoved(String name, List<Part> parts, Part now) {
        Optional<Part> reuse = parts.stream()
                .filter(part -> CNameConverter.snakeCase(part.name()).equals(name))
                .findFirst();
        if (reuse.isPresent()) {
            forgotten.add(reuse.get().label()
                    + " has the name of a component that the previous version gave up (@Removed(\"" + name
                    + "\")), and entries of versions before it would be read as the new one: give it another name");
        } else if (!isRemoved(name, now)) {
            forgotten.add("entries of a version that had " + name + " wait forever: keep @Removed(\"" + name
                    + "\") until no machine has any");
        }
    }

    /** The old component that is this one; null if there is none. */
    private static @Nullable Part source(
            List<Part> olds, Map<Part, List<String>> earlier, List<Part> parts, Part part) {
        boolean areOnly = olds.size() == 1 && parts.size() == 1;
        List<String> names = part.earlierNames();
        String name = CNameConverter.snakeCase(part.name());
        return olds.stream()
                .filter(old -> names.contains(CNameConverter.snakeCase(old.name())))
                .findFirst()
                .or(() -> olds.stream()
                        .filter(old -> old.hasNameOf(part)
                                || (areOnly
                                        && (old.name().isEmpty() || part.name().isEmpty())))
                        .findFirst())
                .or(() -> olds.stream()
                        .filter(old -> earlier.getOrDefault(old, List.of()).contains(name))
                        .findFirst())
                .orElse(null);
    }

    private void added(Part part) {
        isInPlace = false;
        if (part.type().isManaged()) {
            notes.add(part.label() + " starts empty");
        } else if (inKey) {
            problems.add(
                    part.label()
                            + " is new, and old keys have no value for it: keep the key, or pin the new version under another name");
        } else {
            notes.add(part.label() + " is new, and 0 in old entries");
        }
    }

    private void removed(Part old, Part now) {
        isInPlace = false;
        if (old.isOmittable() || isRemoved(old.name(), now)) {
            notes.add(old.label() + " is dropped");
            old.earlierNames().forEach(name -> requireRemoved(name, List.of(), now));
        } else {
            problems.add(old.label() + " is no longer declared"
                    + (old.name().isEmpty()
                            ? ""
                            : ": annotate the component that has its values now with @Was(\"" + old.name()
                                    + "\"), or give them up with @Removed(\"" + old.name() + "\") at the record"));
        }
    }

    /** For the previous version they are the same component, and the new one gives it up. */
    private void requireKept(Part old, Part part, Part now) {
        if (isRemoved(old.name(), now)) {
            problems.add(part.label() + " has the name that " + old.label() + " had, but @Removed(\"" + old.name()
                    + "\") gives that component up: delete the annotation if they are the same component, or give the new one a different"
                    + " name");
        }
    }

    private boolean isRemoved(String old, Part now) {
        return removedNames(after, now).anyMatch(CNameConverter.snakeCase(old)::equals);
    }

    /** The components that a version gives up in this struct, or in a whole key or value. */
    private static Stream<String> removedNames(Schema schema, Part part) {
        String struct = part.type() instanceof StructType type ? schema.owner(type) : "";
        return schema.meanings().stream()
                .filter(FieldMeaning.Removed.class::isInstance)
                .filter(word -> word.owner().equals(struct)
                        || (part.isWhole() && word.owner().equals(part.owner())))
                .map(FieldMeaning::field);
    }

    private void convert(Part old, Part part) {
        if (old.type() instanceof StructType && part.type() instanceof StructType) {
            match(old, old.fields(), part, part.fields());
        } else if (isUnchanged(old, part)) {
            isInPlace &= old.place().offset() == part.place().offset();
            steps.add(new Step.Bytes(old.place(), part.place()));
            old.constants().ifPresent(was -> part.constants().ifPresent(now -> requireWords(was, part, now)));
        } else if (old.type() instanceof ArrayType array
                && part.type() instanceof ArrayType now
                && array.count() == now.count()) {
            elements(old, part, now.count());
        } else {
            number(old, part);
        }
    }

    /** All elements have the same problems and notes as the first one. */
    private void elements(Part old, Part part, long count) {
        int found = problems.size();
        for (int i = 0; i < count && problems.size() == found; i++) {
            int noted = notes.size();
            convert(old.element(i), part.element(i));
            if (i > 0) {
                notes.subList(noted, notes.size()).clear();
            }
        }
    }

    /** Whether the bytes of a part that contains no struct mean the same in both versions. */
    private static boolean isUnchanged(Part old, Part part) {
        return !(part.type().innermost() instanceof StructType)
                && old.type().equals(part.type())
                && !old.place().isBitField()
                && !part.place().isBitField()
                && old.readings().equals(part.readings());
    }

    private void number(Part old, Part part) {
        Constants was = old.constants().orElse(null);
        Constants now = part.constants().orElse(null);
        boolean areNumbers = NumberRange.of(old.place()).isPresent()
                && NumberRange.of(part.place()).isPresent();
        if (!areNumbers || (was == null) != (now == null)) {
            incompatible(old, part, "");
        } else if (was != null && now != null) {
            constants(old, was, part, now);
        } else {
            time(old, part);
        }
    }

    private void constants(Part old, Constants was, Part part, Constants now) {
        if (was.areBits() != now.areBits()) {
            incompatible(old, part, "");
            return;
        }
        Map<Long, Long> values = new TreeMap<>();
        for (EnumType.Constant constant : was.type().constants()) {
            List<Long> places = now.type().constants().stream()
                    .filter(other -> isSame(was.type(), constant.name(), now.type(), other.name()))
                    .map(EnumType.Constant::value)
                    .distinct()
                    .toList();
            if (places.isEmpty()) {
                problems.add(part.label() + " can be " + constant.name()
                        + " in old entries, which is no longer declared: annotate the constant that replaces it with"
                        + " @Was(\"" + withoutTag(was.type(), constant.name()) + "\")");
            } else if (places.size() > 1
                    || !places.get(0).equals(values.computeIfAbsent(constant.value(), value -> places.get(0)))) {
                problems.add(part.label() + " can be " + constant.value()
                        + " in old entries, and several constants have a name that it had (" + constant.name()
                        + "), but different numbers: give new constants names that no version had");
            }
        }
        if (new HashSet<>(values.values()).size() < values.size()) {
            problems.add(part.label()
                    + " had different numbers for constants that have one number now, so nobody could tell them apart: keep"
                    + " a constant for each of them");
        }
        boolean isRenumbered =
                values.entrySet().stream().anyMatch(entry -> !entry.getKey().equals(entry.getValue()));
        if (isRenumbered) {
            notes.add("the constants of " + part.label() + " have other numbers, and keep their names");
        }
        Set<Long> gained = new TreeSet<>();
        List<String> names = new ArrayList<>();
        for (EnumType.Constant constant : now.type().constants()) {
            if (!values.containsValue(constant.value()) && gained.add(constant.value())) {
                names.add(constant.name());
            }
        }
        if (!names.isEmpty()) {
            notes.add(part.label() + " can also be " + String.join(", ", names)
                    + "; an old entry that has such a number already, without a name, does not convert");
        }
        requireWords(was, part, now);
        add(old, part, 1, isRenumbered || !gained.isEmpty() ? values : Map.of(), gained, now.areBits());
    }

    private void requireWords(Constants was, Part part, Constants now) {
        for (EnumType.Constant constant : was.type().constants()) {
            earlierNames(before, was.type(), constant.name())
                    .filter(name -> now.type().constants().stream()
                            .filter(other -> isSame(was.type(), constant.name(), now.type(), other.name()))
                            .noneMatch(other ->
                                    withoutTag(now.type(), other.name()).equals(name)
                                            || earlierNames(after, now.type(), other.name())
                                                    .anyMatch(name::equals)))
                    .forEach(name -> forgotten.add("entries of a version that called " + constant.name() + " of "
                            + part.label() + " " + name + " wait forever: keep @Was(\"" + name
                            + "\") until no machine has any"));
        }
    }

    private boolean isSame(EnumType was, String old, EnumType now, String name) {
        return withoutTag(was, old).equals(withoutTag(now, name))
                || wasCalled(after, now, name, was, old)
                || wasCalled(before, was, old, now, name);
    }

    private static boolean wasCalled(Schema schema, EnumType type, String constant, EnumType others, String other) {
        return earlierNames(schema, type, constant)
                .anyMatch(name -> name.equals(other) || name.equals(withoutTag(others, other)));
    }

    private static Stream<String> earlierNames(Schema schema, EnumType type, String constant) {
        return schema.meanings().stream()
                .filter(Was.class::isInstance)
                .filter(was ->
                        was.owner().equals(schema.owner(type)) && was.field().equals(constant))
                .flatMap(was -> ((Was) was).names().stream())
                .map(CNameConverter::upperCase);
    }

    /** The name of a constant in C begins with the tag of its enum, which may have another name in the other version. */
    private static String withoutTag(EnumType type, String constant) {
        String tag = CNameConverter.upperCase(type.name()) + "_";
        return constant.startsWith(tag) ? constant.substring(tag.length()) : constant;
    }

    private void time(Part old, Part part) {
        Time was = old.time().or(part::earlierTime).orElse(null);
        Time now = part.time().or(old::earlierTime).orElse(null);
        if (was == null && now == null) {
            plain(old, part);
        } else if (was == null || now == null || was.isInstant() != now.isInstant()) {
            incompatible(
                    old,
                    part,
                    was == null ? "; if the old number had this unit, too, annotate it with @Was(unit = ...)" : "");
        } else if (now.perSecond() % was.perSecond() != 0) {
            incompatible(old, part, "");
        } else {
            long factor = now.perSecond() / was.perSecond();
            if (part.range().holds(old.range(), factor)) {
                noteOtherType(old, part);
                add(old, part, factor, Map.of(), Set.of(), false);
            } else {
                incompatible(old, part, "");
            }
        }
    }

    private void plain(Part old, Part part) {
        boolean bothNumbers = isNumber(old.type()) && isNumber(part.type());
        if ((bothNumbers || old.type().equals(part.type())) && part.range().holds(old.range(), 1)) {
            noteOtherType(old, part);
            add(old, part, 1, Map.of(), Set.of(), false);
        } else {
            incompatible(old, part, "");
        }
    }

    private static boolean isNumber(CType type) {
        return type instanceof Scalar scalar && scalar.isNumber();
    }

    private void noteOtherType(Part old, Part part) {
        if (!old.reads().equals(part.reads())) {
            notes.add(part.label() + " was " + old.reads() + " and is " + part.reads());
        }
    }

    private void add(Part old, Part part, long factor, Map<Long, Long> constants, Set<Long> gained, boolean areBits) {
        isInPlace &= factor == 1
                && constants.entrySet().stream().allMatch(same -> same.getKey().equals(same.getValue()))
                && old.place().startBit() == part.place().startBit()
                && old.place().endBit() == part.place().endBit()
                && old.type().carrier().equals(part.type().carrier());
        steps.add(new Step.Converted(old.place(), part.place(), factor, constants, gained, areBits, part.label()));
    }

    private void incompatible(Part old, Part part, String remedy) {
        problems.add(part.label() + " was " + old.reads() + " and is " + part.reads()
                + ", which can't hold every old value with the same meaning: keep the type, or give the new component another name and"
                + " the old one up with @Removed" + remedy);
    }
}

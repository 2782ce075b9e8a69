/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.OldEntry;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Converts the bytes of a key or value from its old to its new layout.
 *
 * <p>Offsets: {@code from} and {@code to} are the offsets in bytes of the old and the new struct that contain the fields.
 */
final class LayoutConverter {
    private final MigrationRules rules;
    private final boolean inKey;
    private final List<Step> steps = new ArrayList<>();

    /** Writes a part of the new key or value. */
    @FunctionalInterface
    private interface Step {
        /** Reads the old key or value at {@code oldAt} and writes the new one at {@code outAt}. */
        void run(ByteBuffer old, int oldAt, ByteBuffer out, int outAt);
    }

    /** Plans the conversion. If there is none, adds the reasons to the problems of the rules. */
    LayoutConverter(MigrationRules rules, boolean inKey, CType oldType, CType newType) {
        this.rules = rules;
        this.inKey = inKey;
        convert(new Field("", oldType, 0), new Field("", newType, 0), inKey ? "the key" : "the value", 0, 0);
    }

    /** Writes nothing. */
    private LayoutConverter() {
        this.rules = new MigrationRules(List.of());
        this.inKey = false;
    }

    /** The converter of a map whose entries are discarded. */
    static LayoutConverter none() {
        return new LayoutConverter();
    }

    /** Writes the new key or value. The caller has filled its bytes with zeros. */
    void run(ByteBuffer old, int oldAt, ByteBuffer out, int outAt) {
        for (Step step : steps) {
            step.run(old, oldAt, out, outAt);
        }
    }

    /** @param name names the new field in messages */
    private void convert(Field oldField, Field newField, String name, int from, int to) {
        if (newField.type().isManaged()) {
            return; // the kernel initializes it
        }
        NumberField number = NumberField.of(newField).orElse(null);
        NumberField oldNumber = NumberField.of(oldField).orElse(null);
        CType newType = newField.type();
        CType oldType = oldField.type();
        int oldFieldAt = from + offset(oldField);
        int newFieldAt = to + offset(newField);
        StructType struct = structOfRules(oldType, newType);
        if (number != null && oldNumber != null && number.accepts(oldNumber)) {
            steps.add((old, oldAt, out, outAt) -> number.write(out, outAt + to, oldNumber.read(old, oldAt + from)));
        } else if (struct != null) {
            convertStruct(oldType, components(oldField), struct, components(newField), name, oldFieldAt, newFieldAt);
        } else if (newType.equals(oldType) && !newField.isBitField() && !oldField.isBitField()) {
            copyBytes(newType, oldFieldAt, newFieldAt);
        } else if (newType instanceof ArrayType newArray
                && oldType instanceof ArrayType oldArray
                && newArray.count() == oldArray.count()) {
            convertArray(oldArray, newArray, name, oldFieldAt, newFieldAt);
        } else {
            rules.addProblem(name + " was " + oldType.spelling() + " and is " + newType.spelling()
                    + ", which can't hold every old value with the same meaning" + remedy(oldType, newField));
        }
    }

    /**
     * The struct that rules name: the new one, or the old one if the new value is none. Null if neither is a struct, or if only one is and has no rule.
     */
    private @Nullable StructType structOfRules(CType oldType, CType newType) {
        if (newType instanceof StructType newStruct) {
            return oldType instanceof StructType || rules.hasRuleFor(newStruct) ? newStruct : null;
        }
        return oldType instanceof StructType oldStruct && rules.hasRuleFor(oldStruct) ? oldStruct : null;
    }

    /** The components of a struct. A value that is no struct is its own only component, without a name. */
    private static List<Field> components(Field field) {
        return field.type() instanceof StructType struct
                ? struct.fields()
                : List.of(new Field("", field.type(), 0, field.bit(), field.bits()));
    }

    private static String remedy(CType oldType, Field newField) {
        if (oldType instanceof StructType struct
                && !struct.name().isEmpty()
                && !(newField.type() instanceof StructType)) {
            return ": say which component it is with rename(\"" + struct.name()
                    + "\", its name, \"\"), and give the others up with drop(\"" + struct.name() + "\", ...)";
        }
        if (!newField.name().isEmpty()) {
            return ": convert it with compute(...) or computeBytes(...)";
        }
        return newField.type() instanceof StructType struct && !struct.name().isEmpty()
                ? ": " + rulesFor(struct, "") + ". Functions read the old value as old.number(\"\") in both cases"
                : "";
    }

    /** The two rules that name a component of the previous version. */
    private static String rulesFor(StructType struct, String oldName) {
        String arguments = "(\"" + struct.name() + "\", \"" + oldName + "\"";
        return "name its new component with rename" + arguments + ", ...), or give its values up with drop" + arguments
                + ")";
    }

    private void copyBytes(CType type, int from, int to) {
        int size = Math.toIntExact(type.size());
        steps.add((old, oldAt, out, outAt) -> out.put(outAt + to, old, oldAt + from, size));
    }

    private void convertArray(ArrayType oldArray, ArrayType newArray, String name, int from, int to) {
        int problems = rules.problemCount();
        // All elements have the same problems, so the first element with a problem ends the loop.
        for (int i = 0; i < newArray.count() && rules.problemCount() == problems; i++) {
            Field oldElement =
                    new Field("", oldArray.element(), i * oldArray.element().size());
            Field newElement =
                    new Field("", newArray.element(), i * newArray.element().size());
            convert(oldElement, newElement, name + "[" + i + "]", from, to);
        }
    }

    /**
     * Converts an old value to a struct, or an old struct to a value that is none. A value that is not a struct is its own only component,
     * without a name. A rule must name it by the empty name, because the migration would drop it, or the old component, silently.
     *
     * @param oldFields the components of the old struct, or the old value
     * @param struct the struct that rules name: the new one, or the old one if the new value is none
     * @param newFields the components of the new struct, or the new value
     */
    private void convertStruct(
            CType oldType,
            List<Field> oldFields,
            StructType struct,
            List<Field> newFields,
            String name,
            int from,
            int to) {
        boolean isStruct = newFields.equals(struct.fields());
        Set<Field> converted = new HashSet<>();
        Map<Field, String> copies = new HashMap<>();
        for (Field field : newFields) {
            Rule rule = rules.rule(struct, field.name(), false);
            String oldName = rule instanceof Migration.Renamed renamed ? renamed.oldName() : field.name();
            Field oldField = null;
            if (!oldName.isEmpty() || (rule != null && !(oldType instanceof StructType))) {
                oldField = named(oldFields, oldName);
            } else if (isStruct && oldType instanceof StructType) {
                oldField = oldUnnamed(oldFields, struct, field, converted);
            }
            String fieldName = isStruct ? (struct.name().isEmpty() ? name : struct.name()) + "." + field.name() : name;
            if (oldField != null) {
                converted.add(oldField);
            }
            if (isFunction(rule)) {
                compute(oldType, field, rule, fieldName, from, to);
            } else if (oldField != null) {
                String other = field.type().isManaged() || (oldName.isEmpty() && rule == null)
                        ? null // components of unnamed members have rules of their own
                        : copies.putIfAbsent(oldField, fieldName);
                if (other != null) {
                    rules.addProblem(copiedTwice(oldName, other, fieldName));
                }
                convert(oldField, field, fieldName, from, to);
            } else if (rule != null) {
                rules.addProblem(missing(oldName, fieldName));
            } else if (inKey) {
                rules.addProblem(newInKey(struct, field));
            }
        }
        oldFields.stream()
                .filter(field -> !converted.contains(field) && !field.type().isManaged())
                .filter(field -> rules.rule(struct, field.name(), true) == null)
                .forEach(field -> rules.addProblem(
                        oldType instanceof StructType
                                ? struct.name() + "." + field.name() + " is no longer declared: "
                                        + (isStruct
                                                ? rulesFor(struct, field.name())
                                                : "if it is " + name + " now, say so with rename(\"" + struct.name()
                                                        + "\", \""
                                                        + field.name() + "\", \"\"), or give its values up with drop(\""
                                                        + struct.name() + "\", \"" + field.name() + "\")")
                                : name + " was " + oldType.spelling() + ", without a name, and is " + struct.spelling()
                                        + remedy(oldType, new Field("", struct, 0))));
    }

    /** Two copies would double a count. */
    private static String copiedTwice(String oldName, String one, String other) {
        return one + " and " + other + " both copy the previous " + (oldName.isEmpty() ? "value" : oldName)
                + ": compute one of them with compute(...) or computeBytes(...)";
    }

    private static String missing(String oldName, String newName) {
        return "the migration renames " + oldName + " to " + newName + ", but the previous version has no " + oldName
                + "; correct the name";
    }

    private static String newInKey(StructType struct, Field field) {
        String name = field.name().isEmpty() ? "the key" : struct.name() + "." + field.name();
        return name
                + " is new, and a key needs a value for it: compute it with compute(\"" + struct.name() + "\", \""
                + field.name() + "\", ...) or computeBytes(...)";
    }

    private void compute(CType oldType, Field field, @Nullable Rule rule, String name, int from, int to) {
        if (rule instanceof Migration.ByNumber byNumber) {
            computeNumber(oldType, field, byNumber.function(), name, from, to);
        } else if (rule instanceof Migration.ByBytes byBytes) {
            computeBytes(oldType, field, byBytes.function(), name, from, to);
        }
    }

    private void computeNumber(
            CType oldType, Field field, ToLongFunction<OldEntry> function, String name, int from, int to) {
        NumberField number = NumberField.of(field).filter(NumberField::isLong).orElse(null);
        if (number == null) {
            rules.addProblem(name + " is not a number of at most 64 bits: compute it with computeBytes(...)");
        } else {
            steps.add((old, oldAt, out, outAt) -> number.writeLong(
                    out, outAt + to, function.applyAsLong(new OldVersionValue(oldType, old, oldAt + from))));
        }
    }

    private void computeBytes(
            CType oldType, Field field, Function<OldEntry, byte[]> function, String name, int from, int to) {
        if (field.type().isManaged()) {
            rules.addProblem(name + " is managed by the kernel and starts empty: remove its rule");
            return;
        }
        if (field.isBitField()) {
            rules.addProblem(name + " is a bit-field, which has no bytes of its own: compute it with compute(...)");
            return;
        }
        long size = field.type().size();
        steps.add((old, oldAt, out, outAt) -> {
            byte[] bytes = function.apply(new OldVersionValue(oldType, old, oldAt + from));
            if (bytes.length != size) {
                throw new IllegalArgumentException("the function for " + name + " returned "
                        + CountText.of(bytes.length, "byte") + " instead of " + size);
            }
            out.put(outAt + to + offset(field), bytes);
        });
    }

    /** Whether the rule computes the component with a function of the user. */
    private static boolean isFunction(@Nullable Rule rule) {
        return rule instanceof Migration.ByNumber || rule instanceof Migration.ByBytes;
    }

    private static @Nullable Field named(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the old unnamed member that has a component in common with the new one. If there is none, its components may have been
     * renamed: returns the next unnamed member that has no component in common with any new member.
     */
    private static @Nullable Field oldUnnamed(
            List<Field> oldFields, StructType newStruct, Field field, Set<Field> converted) {
        List<Field> unnamed =
                oldFields.stream().filter(old -> old.name().isEmpty()).toList();
        return unnamed.stream()
                .filter(field::hasNameOf)
                .findFirst()
                .or(() -> unnamed.stream()
                        .filter(old -> !converted.contains(old))
                        .filter(old -> newStruct.fields().stream().noneMatch(old::hasNameOf))
                        .findFirst())
                .orElse(null);
    }

    private static int offset(Field field) {
        return Math.toIntExact(field.offset());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.OldEntry;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.Amount;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Plans the steps that convert one key or value from its old to its new type.
 *
 * <p>Offsets: {@code from} and {@code to} are the offsets in bytes of the old and the new struct that contain the fields.
 */
final class LayoutConversionSteps {
    private final LayoutConversionPlanner planner;
    private final boolean inKey;
    private final List<LayoutConversion.Step> steps = new ArrayList<>();

    LayoutConversionSteps(LayoutConversionPlanner planner, boolean inKey) {
        this.planner = planner;
        this.inKey = inKey;
    }

    LayoutConversion plan(CType oldType, CType newType) {
        convert(new Field("", oldType, 0), new Field("", newType, 0), inKey ? "the key" : "the value", 0, 0);
        return new LayoutConversion(steps);
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
        if (number != null && oldNumber != null && number.accepts(oldNumber)) {
            steps.add((old, oldAt, out, outAt) -> number.write(out, outAt + to, oldNumber.read(old, oldAt + from)));
        } else if (newType instanceof StructType newStruct && oldType instanceof StructType oldStruct) {
            convertStruct(oldStruct, newStruct, name, from + offset(oldField), to + offset(newField));
        } else if (newType instanceof StructType newStruct && planner.hasRuleFor(newStruct)) {
            convertToStruct(oldField, newStruct, name, from, to + offset(newField));
        } else if (newType.equals(oldType) && !newField.isBitField() && !oldField.isBitField()) {
            copyBytes(newType, from + offset(oldField), to + offset(newField));
        } else if (newType instanceof ArrayType newArray
                && oldType instanceof ArrayType oldArray
                && newArray.count() == oldArray.count()) {
            convertArray(oldArray, newArray, name, from + offset(oldField), to + offset(newField));
        } else {
            planner.addProblem(name + " was " + oldType.spelling() + " and is " + newType.spelling()
                    + ", which can't hold every old value with the same meaning" + remedy(newField));
        }
    }

    private static String remedy(Field newField) {
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
        int problems = planner.problemCount();
        // All elements have the same problems, so the first element with a problem ends the loop.
        for (int i = 0; i < newArray.count() && planner.problemCount() == problems; i++) {
            Field oldElement =
                    new Field("", oldArray.element(), i * oldArray.element().size());
            Field newElement =
                    new Field("", newArray.element(), i * newArray.element().size());
            convert(oldElement, newElement, name + "[" + i + "]", from, to);
        }
    }

    private void convertStruct(StructType oldStruct, StructType newStruct, String name, int from, int to) {
        Set<Field> converted = new HashSet<>();
        for (Field field : newStruct.fields()) {
            Rule rule = planner.rule(newStruct, field.name(), r -> !(r instanceof Migration.Dropped));
            String oldName = rule instanceof Migration.Renamed renamed ? renamed.oldName() : field.name();
            Field oldField = oldName.isEmpty()
                    ? oldUnnamed(oldStruct, newStruct, field, converted)
                    : oldField(oldStruct, oldName);
            String fieldName = (newStruct.name().isEmpty() ? name : newStruct.name()) + "." + field.name();
            if (oldField != null) {
                converted.add(oldField);
            }
            if (isFunction(rule)) {
                compute(oldStruct, field, rule, fieldName, from, to);
            } else if (oldField != null) {
                convert(oldField, field, fieldName, from, to);
            } else if (rule != null) {
                planner.addProblem(missing(oldName, fieldName));
            } else if (inKey) {
                planner.addProblem(newInKey(newStruct, field));
            }
        }
        oldStruct.fields().stream()
                .filter(field -> !converted.contains(field) && !field.type().isManaged())
                .forEach(field -> requireDropped(newStruct, field));
    }

    private void requireDropped(StructType struct, Field oldField) {
        if (planner.rule(struct, oldField.name(), Migration.Dropped.class::isInstance) == null) {
            planner.addProblem(struct.name() + "." + oldField.name() + " is no longer declared: "
                    + rulesFor(struct, oldField.name()));
        }
    }

    /**
     * Converts an old value that is not a struct, and has no name, to a struct. A rule must name it by an empty name, because it would
     * be lost otherwise.
     */
    private void convertToStruct(Field oldField, StructType newStruct, String name, int from, int to) {
        boolean isNamed = planner.rule(newStruct, "", Migration.Dropped.class::isInstance) != null;
        for (Field field : newStruct.fields()) {
            Rule rule = planner.rule(newStruct, field.name(), r -> !(r instanceof Migration.Dropped));
            String fieldName = newStruct.name() + "." + field.name();
            if (isFunction(rule)) {
                compute(oldField.type(), field, rule, fieldName, from + offset(oldField), to);
            } else if (rule instanceof Migration.Renamed renamed
                    && renamed.oldName().isEmpty()) {
                isNamed = true;
                convert(oldField, field, fieldName, from, to);
            } else if (rule instanceof Migration.Renamed renamed) {
                planner.addProblem(missing(renamed.oldName(), fieldName));
            } else if (inKey) {
                planner.addProblem(newInKey(newStruct, field));
            }
        }
        if (!isNamed) {
            planner.addProblem(name + " was " + oldField.type().spelling() + ", without a name, and is "
                    + newStruct.spelling() + remedy(new Field("", newStruct, 0)));
        }
    }

    private static String missing(String oldName, String newName) {
        return "the migration renames " + oldName + " to " + newName + ", but the previous version has no " + oldName
                + "; correct the name";
    }

    private static String newInKey(StructType struct, Field field) {
        return struct.name() + "." + field.name()
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
            planner.addProblem(name + " is not a number of at most 64 bits: compute it with computeBytes(...)");
        } else {
            steps.add((old, oldAt, out, outAt) -> number.writeLong(
                    out, outAt + to, function.applyAsLong(new DecodedValue(oldType, old, oldAt + from))));
        }
    }

    private void computeBytes(
            CType oldType, Field field, Function<OldEntry, byte[]> function, String name, int from, int to) {
        if (field.type().isManaged()) {
            planner.addProblem(name + " is managed by the kernel and starts empty: remove its rule");
            return;
        }
        if (field.isBitField()) {
            planner.addProblem(name + " is a bit-field, which has no bytes of its own: compute it with compute(...)");
            return;
        }
        long size = field.type().size();
        steps.add((old, oldAt, out, outAt) -> {
            byte[] bytes = function.apply(new DecodedValue(oldType, old, oldAt + from));
            if (bytes.length != size) {
                throw new IllegalArgumentException("the function for " + name + " returned "
                        + Amount.of(bytes.length, "byte") + " instead of " + size);
            }
            out.put(outAt + to + offset(field), bytes);
        });
    }

    /** Whether the rule computes the component with a function of the user. */
    static boolean isFunction(@Nullable Rule rule) {
        return rule instanceof Migration.ByNumber || rule instanceof Migration.ByBytes;
    }

    private static @Nullable Field oldField(StructType struct, String name) {
        return struct.fields().stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * Returns the old unnamed member that has a component in common with the new one. If there is none, its components may have been
     * renamed: returns the next unnamed member that has no component in common with any new one.
     */
    private static @Nullable Field oldUnnamed(
            StructType oldStruct, StructType newStruct, Field field, Set<Field> converted) {
        List<Field> unnamed =
                oldStruct.fields().stream().filter(old -> old.name().isEmpty()).toList();
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

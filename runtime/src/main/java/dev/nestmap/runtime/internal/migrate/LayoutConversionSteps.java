/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.runtime.pin.OldValue;
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

/** The way from one type of before to one of now, step by step. */
final class LayoutConversionSteps {
    private final LayoutConversionPlanner planner;
    private final boolean inKey;
    private final List<LayoutConversion.Step> steps = new ArrayList<>();

    LayoutConversionSteps(LayoutConversionPlanner planner, boolean inKey) {
        this.planner = planner;
        this.inKey = inKey;
    }

    LayoutConversion plan(CType before, CType after) {
        pair(new Field("", before, 0), new Field("", after, 0), inKey ? "the key" : "the value", 0, 0);
        return new LayoutConversion(steps);
    }

    /** @param from where the struct around {@code before} begins, in bytes; {@code to} where that around {@code after} does */
    private void pair(Field before, Field after, String where, int from, int to) {
        NumberField number = NumberField.of(after).orElse(null);
        NumberField old = NumberField.of(before).orElse(null);
        if (after.type().isManaged()) {
            return; // it begins anew
        }
        if (number != null && old != null && number.takes(old)) {
            steps.add((bytes, at, out, outAt) -> number.write(out, outAt + to, old.read(bytes, at + from)));
        } else if (after.type() instanceof StructType now && before.type() instanceof StructType then) {
            struct(then, now, where, from + at(before), to + at(after));
        } else if (after.type() instanceof StructType now && planner.isMade(now)) {
            bare(before, now, where, from, to + at(after));
        } else if (after.type().equals(before.type()) && !after.isBitField() && !before.isBitField()) {
            int size = Math.toIntExact(after.type().size());
            int source = from + at(before);
            int target = to + at(after);
            steps.add((bytes, at, out, outAt) -> out.put(outAt + target, bytes, at + source, size));
        } else if (after.type() instanceof ArrayType now
                && before.type() instanceof ArrayType then
                && now.count() == then.count()) {
            array(then, now, where, from + at(before), to + at(after));
        } else {
            planner.problem(where + " was " + before.type().spelling() + " and is "
                    + after.type().spelling() + ", which does not hold each value in the same meaning"
                    + remedy(after));
        }
    }

    private static String remedy(Field after) {
        if (!after.name().isEmpty()) {
            return ": say by number(...) or bytes(...) what becomes of it";
        }
        return after.type() instanceof StructType struct && !struct.name().isEmpty()
                ? ": say which component it is now, number(\"" + struct.name()
                        + "\", component, old -> old.number(\"\")): what has no name of its own is called \"\""
                : "";
    }

    private void array(ArrayType before, ArrayType after, String where, int from, int to) {
        int said = planner.problemCount();
        for (int i = 0; i < after.count() && planner.problemCount() == said; i++) { // the others' would be the same
            Field then = new Field("", before.element(), i * before.element().size());
            pair(then, new Field("", after.element(), i * after.element().size()), where + "[" + i + "]", from, to);
        }
    }

    private void struct(StructType before, StructType after, String where, int from, int to) {
        Set<Field> taken = new HashSet<>();
        int anonymous = 0;
        for (Field field : after.fields()) {
            Rule rule = planner.rule(after, field.name(), r -> !(r instanceof Migration.Dropped));
            String oldName = rule instanceof Migration.Renamed renamed ? renamed.before() : field.name();
            Field old = old(before, oldName, anonymous);
            anonymous += field.name().isEmpty() ? 1 : 0;
            String name = (after.name().isEmpty() ? where : after.name()) + "." + field.name();
            if (old != null) {
                taken.add(old);
            }
            if (isFunction(rule)) {
                make(before, field, rule, name, from, to);
            } else if (old != null) {
                pair(old, field, name, from, to);
            } else if (rule != null) {
                planner.problem(name + " is renamed from " + oldName + ", which was not there");
            } else if (inKey) {
                planner.problem(newInKey(after, field));
            }
        }
        before.fields().stream()
                .filter(field -> !taken.contains(field) && !field.type().isManaged())
                .forEach(field -> dropped(after, field));
    }

    private void dropped(StructType after, Field field) {
        if (planner.rule(after, field.name(), Migration.Dropped.class::isInstance) == null) {
            planner.problem(after.name() + "." + field.name() + " is no more: say renamed(\"" + after.name() + "\", \""
                    + field.name() + "\", ...) or dropping(\"" + after.name() + "\", \"" + field.name() + "\")");
        }
    }

    /** A struct of what was no struct: by functions alone, which find the old value under the empty name. */
    private void bare(Field before, StructType after, String where, int from, int to) {
        for (Field field : after.fields()) {
            Rule rule = planner.rule(after, field.name(), LayoutConversionSteps::isFunction);
            if (rule != null) {
                make(before.type(), field, rule, where, from + at(before), to);
            } else if (inKey) {
                planner.problem(newInKey(after, field));
            }
        }
    }

    private static String newInKey(StructType struct, Field field) {
        return struct.name() + "." + field.name() + " is new in a key: say by number(\"" + struct.name() + "\", \""
                + field.name() + "\", ...) or bytes(...) what it is";
    }

    private void make(CType before, Field field, @Nullable Rule rule, String name, int from, int to) {
        if (rule instanceof Migration.ByNumber made) {
            number(before, field, made.function(), name, from, to);
        } else if (rule instanceof Migration.ByBytes made) {
            bytes(before, field, made.function(), name, from, to);
        }
    }

    private void number(CType before, Field field, ToLongFunction<OldValue> function, String name, int from, int to) {
        NumberField number = NumberField.of(field).filter(NumberField::isLong).orElse(null);
        if (number == null) {
            planner.problem(name + " is no number of at most 64 bits: say by bytes(...) what it is");
        } else {
            steps.add((bytes, at, out, outAt) -> number.writeLong(
                    out, outAt + to, function.applyAsLong(new DecodedValue(before, bytes, at + from))));
        }
    }

    private void bytes(CType before, Field field, Function<OldValue, byte[]> function, String name, int from, int to) {
        if (field.isBitField() || field.type().isManaged()) {
            planner.problem(name + " has no bytes of its own that could be said: say by number(...) what it is");
            return;
        }
        long size = field.type().size();
        steps.add((bytes, at, out, outAt) -> {
            byte[] made = function.apply(new DecodedValue(before, bytes, at + from));
            if (made.length != size) {
                throw new IllegalArgumentException(
                        name + " has " + Amount.of(size, "byte") + ", and not " + made.length);
            }
            out.put(outAt + to + at(field), made);
        });
    }

    /** Whether a function says what the component is. */
    static boolean isFunction(@Nullable Rule rule) {
        return rule instanceof Migration.ByNumber || rule instanceof Migration.ByBytes;
    }

    /** The field of this name; of those without a name the one that is so many from the first. */
    private static @Nullable Field old(StructType struct, String name, int index) {
        return struct.fields().stream()
                .filter(field -> field.name().equals(name))
                .skip(name.isEmpty() ? index : 0)
                .findFirst()
                .orElse(null);
    }

    private static int at(Field field) {
        return Math.toIntExact(field.offset());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.Migration;
import dev.nestmap.runtime.Migration.Rule;
import dev.nestmap.runtime.OldValue;
import dev.nestmap.schema.ArrayType;
import dev.nestmap.schema.CType;
import dev.nestmap.schema.Field;
import dev.nestmap.schema.StructType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds out how values of before become values of now, and collects what can't. */
final class RelayoutPlanner {
    private final Migration how;
    private final List<String> problems = new ArrayList<>();
    private final Set<Rule> used = new HashSet<>();
    private List<Relayout.Step> steps = new ArrayList<>();
    private boolean inKey;

    RelayoutPlanner(Migration how) {
        this.how = how;
    }

    /** The way from keys of before to keys of now. */
    Relayout keys(CType before, CType after) {
        return plan(before, after, true);
    }

    /** The way from values of before to values of now. */
    Relayout values(CType before, CType after) {
        return plan(before, after, false);
    }

    /** What can't be taken over, and what to say about it; with what was said of components that there are not. */
    List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        how.rules().stream()
                .filter(rule -> !used.contains(rule))
                .forEach(rule -> all.add(rule + " is spoken of by the migration, but "
                        + (rule.isDrop() ? "it was not there, or is taken over" : "there is no such component")));
        return all;
    }

    private Relayout plan(CType before, CType after, boolean key) {
        steps = new ArrayList<>();
        inKey = key;
        pair(new Field("", before, 0), new Field("", after, 0), key ? "the key" : "the value", 0, 0);
        return new Relayout(steps);
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
        } else if (after.type() instanceof StructType now && isMade(now)) {
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
            problems.add(where + " was " + before.type().spelling() + " and is "
                    + after.type().spelling() + ", which does not hold each value in the same meaning"
                    + (after.name().isEmpty() ? "" : ": say by number(...) what becomes of it"));
        }
    }

    private void array(ArrayType before, ArrayType after, String where, int from, int to) {
        for (int i = 0; i < after.count(); i++) {
            Field then = new Field("", before.element(), i * before.element().size());
            pair(then, new Field("", after.element(), i * after.element().size()), where + "[" + i + "]", from, to);
        }
    }

    private void struct(StructType before, StructType after, String where, int from, int to) {
        Set<Field> taken = new HashSet<>();
        int anonymous = 0;
        for (Field field : after.fields()) {
            Rule rule = rule(after, field.name(), r -> !r.isDrop());
            Field old = old(before, rule == null || rule.from() == null ? field.name() : rule.from(), anonymous);
            anonymous += field.name().isEmpty() ? 1 : 0;
            String name = (after.name().isEmpty() ? where : after.name()) + "." + field.name();
            if (rule != null && rule.value() != null) {
                taken.add(make(before, field, rule.value(), name, from, to));
            } else if (old != null) {
                taken.add(old);
                pair(old, field, name, from, to);
            } else if (rule != null) {
                problems.add(name + " is renamed from " + rule.from() + ", which was not there");
            } else if (inKey) {
                problems.add(name + " is new in a key: say by number(\"" + after.name() + "\", \"" + field.name()
                        + "\", ...) what it is");
            }
        }
        before.fields().stream()
                .filter(field -> !taken.contains(field) && !field.type().isManaged())
                .forEach(field -> dropped(after, field));
    }

    private void dropped(StructType after, Field field) {
        if (rule(after, field.name(), Rule::isDrop) == null) {
            problems.add(after.name() + "." + field.name() + " is no more: say renamed(\"" + after.name() + "\", \""
                    + field.name() + "\", ...) or dropping(\"" + after.name() + "\", \"" + field.name() + "\")");
        }
    }

    /** A struct of what was no struct: by functions alone, which find the old value under the empty name. */
    private void bare(Field before, StructType after, String where, int from, int to) {
        for (Field field : after.fields()) {
            Rule rule = rule(after, field.name(), r -> r.value() != null);
            if (rule != null) {
                make(before.type(), field, Objects.requireNonNull(rule.value(), "filtered"), where, from + at(before), to);
            } else if (inKey) {
                problems.add(after.name() + "." + field.name() + " is new in a key: say by number(...) what it is");
            }
        }
    }

    /** @return the field of the old struct that it stands for; the field itself when there is none */
    private Field make(
            CType before, Field field, ToLongFunction<OldValue> function, String name, int from, int to) {
        NumberField number =
                NumberField.of(field).filter(NumberField::isLong).orElse(null);
        if (number == null) {
            problems.add(name + " is no number of at most 64 bits: a function can't make it");
        } else {
            steps.add((bytes, at, out, outAt) -> number.writeLong(
                    out, outAt + to, function.applyAsLong(new DecodedValue(before, bytes, at + from))));
        }
        Field old = before instanceof StructType struct ? old(struct, field.name(), 0) : null;
        return old == null ? field : old;
    }

    private boolean isMade(StructType after) {
        return how.rules().stream()
                .anyMatch(rule -> rule.value() != null && rule.struct().equals(after.name()));
    }

    private @Nullable Rule rule(StructType struct, String component, Predicate<Rule> which) {
        Rule found = how.rules().stream()
                .filter(which)
                .filter(rule -> rule.struct().equals(struct.name()) && rule.component().equals(component))
                .findFirst()
                .orElse(null);
        if (found != null) {
            used.add(found);
        }
        return found;
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

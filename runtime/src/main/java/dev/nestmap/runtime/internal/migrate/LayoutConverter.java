/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.Migration.ByBytes;
import dev.nestmap.runtime.pin.Migration.ByNumber;
import dev.nestmap.runtime.pin.Migration.Rule;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.plan.EntryPlan;
import dev.nestmap.schema.plan.Step;
import dev.nestmap.schema.type.Field;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Converts the bytes of a key or value from its old to its new layout, as an {@link EntryPlan} says. */
final class LayoutConverter {
    private final List<String> problems = new ArrayList<>();
    private final List<Write> writes = new ArrayList<>();

    /** Writes a part of the new key or value. */
    @FunctionalInterface
    private interface Write {
        /** Reads the old key or value at {@code oldAt} and writes the new one at {@code outAt}. */
        void run(ByteBuffer old, int oldAt, ByteBuffer out, int outAt);
    }

    /** @param migration has the functions of the user */
    LayoutConverter(EntryPlan plan, Migration migration) {
        plan.steps().forEach(step -> add(step, migration));
    }

    /** Writes nothing. */
    private LayoutConverter() {}

    /** The converter of a map whose entries are discarded. */
    static LayoutConverter none() {
        return new LayoutConverter();
    }

    /** Functions that can't compute their component. */
    List<String> problems() {
        return problems;
    }

    /**
     * Writes the new key or value. The caller has filled its bytes with zeros.
     *
     * @throws IllegalArgumentException if the new version has no place for an old number
     */
    void run(ByteBuffer old, int oldAt, ByteBuffer out, int outAt) {
        for (Write write : writes) {
            write.run(old, oldAt, out, outAt);
        }
    }

    private void add(Step step, Migration migration) {
        if (step instanceof Step.Bytes bytes) {
            int size = Math.toIntExact(bytes.to().type().size());
            writes.add((old, oldAt, out, outAt) ->
                    out.put(outAt + offset(bytes.to()), old, oldAt + offset(bytes.from()), size));
        } else if (step instanceof Step.Converted number) {
            NumberField from = NumberField.of(number.from()).orElseThrow();
            NumberField to = NumberField.of(number.to()).orElseThrow();
            writes.add((old, oldAt, out, outAt) -> to.write(out, outAt, convert(number, from.read(old, oldAt))));
        } else if (step instanceof Step.Computed computed) {
            Rule rule = Objects.requireNonNull(
                    migration.rule(computed.struct(), computed.to().name()), "the plan knows the rules");
            if (rule instanceof ByNumber byNumber) {
                computeNumber(computed, byNumber);
            } else if (rule instanceof ByBytes byBytes) {
                computeBytes(computed, byBytes);
            }
        }
    }

    private static BigInteger convert(Step.Converted step, BigInteger number) {
        if (step.constants().isEmpty() && step.gained().isEmpty()) {
            return number.multiply(BigInteger.valueOf(step.factor()));
        }
        if (!step.areBits()) {
            return BigInteger.valueOf(constant(step, number.longValue()));
        }
        BigInteger bits = BigInteger.ZERO;
        for (int bit = 0; bit < number.bitLength(); bit++) {
            if (number.testBit(bit)) {
                bits = bits.setBit(Math.toIntExact(constant(step, bit)));
            }
        }
        return bits;
    }

    /** The new number of a constant. A number without one stays as it is, unless a constant has it now. */
    private static long constant(Step.Converted step, long old) {
        Map<Long, Long> constants = step.constants();
        Long now = constants.get(old);
        if (now == null && (constants.containsValue(old) || step.gained().contains(old))) {
            throw new IllegalArgumentException(step.name() + " is " + old
                    + ", which was no constant of its enum, and would be one of the new version");
        }
        return now == null ? old : now;
    }

    private void computeNumber(Step.Computed step, ByNumber rule) {
        NumberField number =
                NumberField.of(step.to()).filter(NumberField::isLong).orElse(null);
        if (number == null) {
            problems.add(step.name() + " is not a number of at most 64 bits: compute it with computeBytes(...)");
            return;
        }
        writes.add((old, oldAt, out, outAt) ->
                number.writeLong(out, outAt, rule.function().applyAsLong(value(step, old, oldAt))));
    }

    private void computeBytes(Step.Computed step, ByBytes rule) {
        if (step.to().isBitField()) {
            problems.add(step.name() + " is a bit-field, which has no bytes of its own: compute it with compute(...)");
            return;
        }
        long size = step.to().type().size();
        writes.add((old, oldAt, out, outAt) -> {
            byte[] bytes = rule.function().apply(value(step, old, oldAt));
            if (bytes.length != size) {
                throw new IllegalArgumentException("the function for " + step.name() + " returned "
                        + CountText.of(bytes.length, "byte") + " instead of " + size);
            }
            out.put(outAt + offset(step.to()), bytes);
        });
    }

    private static OldVersionValue value(Step.Computed step, ByteBuffer old, int oldAt) {
        return new OldVersionValue(step.from().type(), old, oldAt + offset(step.from()));
    }

    private static int offset(Field field) {
        return Math.toIntExact(field.offset());
    }
}

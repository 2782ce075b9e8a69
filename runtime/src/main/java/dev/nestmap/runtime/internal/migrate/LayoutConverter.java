/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.internal.map.NumberField;
import dev.nestmap.schema.plan.EntryPlan;
import dev.nestmap.schema.plan.Step;
import dev.nestmap.schema.type.Field;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts the bytes of a key or value from its old to its new layout, as an {@link EntryPlan} says. */
final class LayoutConverter {
    private final List<Write> writes = new ArrayList<>();

    /** Writes a part of the new key or value. */
    @FunctionalInterface
    private interface Write {
        /** Reads the old key or value at {@code oldAt} and writes the new one at {@code outAt}. */
        void run(ByteBuffer old, int oldAt, ByteBuffer out, int outAt);
    }

    LayoutConverter(EntryPlan plan) {
        plan.steps().forEach(this::add);
    }

    /** Writes nothing. */
    private LayoutConverter() {}

    /** The converter of a map whose entries stay where they are. */
    static LayoutConverter none() {
        return new LayoutConverter();
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

    private void add(Step step) {
        if (step instanceof Step.Bytes bytes) {
            int size = Math.toIntExact(bytes.to().type().size());
            writes.add((old, oldAt, out, outAt) ->
                    out.put(outAt + offset(bytes.to()), old, oldAt + offset(bytes.from()), size));
        } else if (step instanceof Step.Converted number) {
            NumberField from = NumberField.of(number.from()).orElseThrow();
            NumberField to = NumberField.of(number.to()).orElseThrow();
            writes.add((old, oldAt, out, outAt) -> to.write(out, outAt, convert(number, from.read(old, oldAt))));
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
                    + ", which was no constant of the old enum, but would be one of the new enum");
        }
        return now == null ? old : now;
    }

    private static int offset(Field field) {
        return Math.toIntExact(field.offset());
    }
}

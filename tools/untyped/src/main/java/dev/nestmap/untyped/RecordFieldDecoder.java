/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Decodes keys and entries into field names, numbers and strings, without creating records. The C types of an outer map's records determine
 * the fields. Unlike a record, a {@link BtfValue} can represent every value, even a number without an enum constant.
 */
public final class RecordFieldDecoder {
    private final CType key;
    private final MapDef inner;

    private RecordFieldDecoder(Schema schema, MapDef outer) {
        this.inner = schema.innerOf(outer);
        this.key = Objects.requireNonNull(outer.key(), "an outer map has keys");
    }

    /**
     * Returns a decoder with the C types of an outer map's records.
     *
     * @param outer the map
     * @return a decoder for its keys and the entries of its inner maps
     */
    public static RecordFieldDecoder of(OuterAccessor<?, ?> outer) {
        Schema schema = Bindings.ofOuterMap(outer).schema();
        return new RecordFieldDecoder(schema, schema.map(outer.name()).orElseThrow());
    }

    /**
     * Decodes a key of the outer map, such as {@link MapIdentity#outerKey}.
     *
     * @param bytes the bytes of the C type, in this machine's byte order
     * @return the key
     * @throws IllegalArgumentException if the number of bytes is not the size of the C type
     */
    public BtfValue key(ByteString bytes) {
        return read("key of the outer map", key, bytes);
    }

    /**
     * Decodes a key of an inner map, as {@link ReadableAccessor#forEachBytes} passes it.
     *
     * @param bytes the bytes of the C type, in this machine's byte order
     * @return the key
     * @throws IllegalArgumentException if the number of bytes is not the size of the C type
     */
    public BtfValue innerKey(ByteString bytes) {
        return read("key of an inner map", keyOfInner(), bytes);
    }

    /**
     * Decodes a value of an inner map, as {@link ReadableAccessor#forEachBytes} passes it.
     *
     * @param bytes the bytes of the C type, in this machine's byte order; for a per-CPU map, the values of any number of CPUs
     * @return one value; for a per-CPU map, the value of each CPU
     * @throws IllegalArgumentException if the number of bytes is not the size of the C type
     */
    public List<BtfValue> innerValue(ByteString bytes) {
        CType innerValue = valueOfInner();
        if (!isPerCpu()) {
            return List.of(read("value of an inner map", innerValue, bytes));
        }
        int stride = Alignment.align(Math.toIntExact(innerValue.size()));
        if (bytes.size() == 0 || bytes.size() % stride != 0) {
            throw new IllegalArgumentException("a value of an inner map has " + CountText.of(stride, "byte")
                    + " for each CPU, and not " + bytes.size() + " for all");
        }
        List<BtfValue> values = new ArrayList<>();
        for (int at = 0; at < bytes.size(); at += stride) {
            values.add(BtfValue.of(innerValue, bytes, at));
        }
        return List.copyOf(values);
    }

    /** {@return a key of the outer map whose bytes are zeros, for callers that need only its fields} */
    public BtfValue zeroKey() {
        return zero(key);
    }

    /** {@return a key of an inner map whose bytes are zeros} */
    public BtfValue zeroInnerKey() {
        return zero(keyOfInner());
    }

    /** {@return a value of an inner map whose bytes are zeros; for a per-CPU map, the value of one CPU} */
    public BtfValue zeroInnerValue() {
        return zero(valueOfInner());
    }

    private CType keyOfInner() {
        return Objects.requireNonNull(inner.key(), "inner maps that can be read have keys");
    }

    private CType valueOfInner() {
        return Objects.requireNonNull(inner.value(), "inner maps that can be read have values");
    }

    private static BtfValue zero(CType type) {
        return BtfValue.of(type, ByteString.of(new byte[Math.toIntExact(type.size())]), 0);
    }

    /** {@return whether the inner maps have a value for each CPU} */
    public boolean isPerCpu() {
        return inner.kind().isPerCpu();
    }

    private static BtfValue read(String what, CType type, ByteString bytes) {
        if (bytes.size() != type.size()) {
            throw new IllegalArgumentException(
                    "a " + what + " has " + CountText.of(type.size(), "byte") + ", and not " + bytes.size());
        }
        return BtfValue.of(type, bytes, 0);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The bytes of a C union. Nestmap does not know which member was written, so callers can read the bytes as any member. An instance is
 * immutable. Two instances are equal if their bytes are equal. The generated class of the union creates an instance from a member:
 *
 * <pre>{@code
 * Untagged<Address> any = AddressUnion.of(new Address.V4(address));
 * any.as(Address.V4.class).address();
 * }</pre>
 *
 * @param <U> the interface with {@code @Union}
 */
public final class Untagged<U> {
    private final Class<U> union;
    private final ByteString bytes;
    private final Reader<U> reader;

    /**
     * Reads members of a union. Generated code implements it.
     *
     * @param <U> the interface with {@code @Union}
     */
    @FunctionalInterface
    public interface Reader<U> {
        /**
         * Reads bytes as a member.
         *
         * @param member the record of the member
         * @param from a buffer in the byte order of the machine
         * @param at the absolute index of the first byte
         * @return the member
         */
        U read(Class<?> member, ByteBuffer from, int at);
    }

    /**
     * Creates a union from its bytes. Only generated code calls this.
     *
     * @param union the interface
     * @param bytes all bytes of the union
     * @param reader reads the bytes as members
     */
    public Untagged(Class<U> union, ByteString bytes, Reader<U> reader) {
        this.union = Objects.requireNonNull(union, "union");
        this.bytes = Objects.requireNonNull(bytes, "bytes");
        this.reader = Objects.requireNonNull(reader, "reader");
    }

    /**
     * Reads the bytes as a member.
     *
     * @param member the record of the member
     * @param <M> the type of that record
     * @return the member
     * @throws RuntimeException if the bytes are not a valid value of the member
     */
    public <M extends U> M as(Class<M> member) {
        ByteBuffer from = ByteBuffer.wrap(bytes.toBytes()).order(ByteOrder.nativeOrder());
        return member.cast(reader.read(member, from, 0));
    }

    /** {@return all bytes of the union in C} */
    public ByteString bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Untagged<?> untagged && union == untagged.union && bytes.equals(untagged.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /** {@return the name of the interface and the bytes in hexadecimal digits: {@code Address[7f000001]}} */
    @Override
    public String toString() {
        return union.getSimpleName() + "[" + bytes + "]";
    }
}

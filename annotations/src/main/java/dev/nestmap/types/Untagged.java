/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A C union of which nothing says which member it is: its bytes, which never change and are compared by what they are. It can
 * be asked for each member. One is made of a member by the class that is generated for the union:
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

    /** Reads members of a union: generated code. */
    @FunctionalInterface
    public interface Reader<U> {
        /** Reads the bytes from a position on as this member; they are in the machine's byte order. */
        U read(Class<?> member, ByteBuffer from, int at);
    }

    /**
     * For generated code.
     *
     * @param union the interface
     * @param bytes all bytes of the union
     * @param reader how they become members
     */
    public Untagged(Class<U> union, ByteString bytes, Reader<U> reader) {
        this.union = Objects.requireNonNull(union, "union");
        this.bytes = Objects.requireNonNull(bytes, "bytes");
        this.reader = Objects.requireNonNull(reader, "reader");
    }

    /**
     * The bytes as this member.
     *
     * @throws RuntimeException when they stand for no value of it, as when a map's bytes don't
     */
    public <M extends U> M as(Class<M> member) {
        ByteBuffer from = ByteBuffer.wrap(bytes.toBytes()).order(ByteOrder.nativeOrder());
        return member.cast(reader.read(member, from, 0));
    }

    /** The bytes, as many as the union has in C. */
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

    /** The union, and its bytes in hexadecimal digits: {@code Address[7f000001]}. */
    @Override
    public String toString() {
        return union.getSimpleName() + "[" + bytes + "]";
    }
}

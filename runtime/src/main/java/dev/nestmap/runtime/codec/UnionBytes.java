/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Converts unions to bytes and back. Their members are records that implement one interface. */
public final class UnionBytes {
    private UnionBytes() {}

    /** Writes any member of a union. */
    @FunctionalInterface
    public interface MemberWriter<U> {
        /** Writes the member, and zeros up to the end of the union. */
        void write(U member, ByteBuffer to, int at);
    }

    /** Returns a union of {@code size} bytes with the bytes of a member. */
    public static <U> Untagged<U> of(
            Class<U> union, U member, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        writer.write(Scalars.present(member, union.getSimpleName()), bytes, 0);
        return new Untagged<>(union, ByteString.of(bytes, 0, size), reader);
    }

    /** Returns an array of unions, each with the bytes of a member. */
    public static <U> Untagged<U>[] arrayOf(
            Class<U> union, U[] members, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        Untagged<U>[] all = ArrayBytes.newArray(Untagged.class, members.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = of(union, members[i], size, writer, reader);
        }
        return all;
    }

    /** Reads the bytes of a union. */
    public static <U> Untagged<U> get(ByteBuffer from, int at, Class<U> union, int size, Untagged.Reader<U> reader) {
        return new Untagged<>(union, ByteString.of(from, at, size), reader);
    }

    /** Writes all bytes of a union. */
    public static <U> void put(ByteBuffer to, int at, @Nullable Untagged<U> value, String component) {
        Scalars.present(value, component).bytes().copyTo(to, at);
    }

    /** Returns the exception for reading a union as a class that is not one of its members. */
    public static IllegalArgumentException noMember(Class<?> union, Class<?> asked) {
        return new IllegalArgumentException(
                asked.getSimpleName() + " is not a member of union " + union.getSimpleName());
    }
}

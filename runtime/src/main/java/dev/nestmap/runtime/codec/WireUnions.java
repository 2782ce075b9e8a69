/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.codec;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** C unions, the members of which are records that implement one interface. */
public final class WireUnions {
    private WireUnions() {}

    /** Writes any member of a union. */
    @FunctionalInterface
    public interface MemberWriter<U> {
        /** Writes the member, and zeros up to the union's end. */
        void write(U member, ByteBuffer to, int at);
    }

    /** A union of {@code size} bytes that are those of a member. */
    public static <U> Untagged<U> of(
            Class<U> union, U member, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        writer.write(Wire.present(member, union.getSimpleName()), bytes, 0);
        return new Untagged<>(union, ByteString.of(bytes, 0, size), reader);
    }

    /** An array of unions, each with the bytes of a member. */
    public static <U> Untagged<U>[] arrayOf(
            Class<U> union, U[] members, int size, MemberWriter<U> writer, Untagged.Reader<U> reader) {
        Untagged<U>[] all = WireArrays.newArray(Untagged.class, members.length);
        for (int i = 0; i < all.length; i++) {
            all[i] = of(union, members[i], size, writer, reader);
        }
        return all;
    }

    /** The bytes of a union. */
    public static <U> Untagged<U> get(ByteBuffer from, int at, Class<U> union, int size, Untagged.Reader<U> reader) {
        return new Untagged<>(union, ByteString.of(from, at, size), reader);
    }

    /** All bytes of a union. */
    public static <U> void put(ByteBuffer to, int at, @Nullable Untagged<U> value, String component) {
        Wire.present(value, component).bytes().copyTo(to, at);
    }

    /** The members that a discriminator's values stand for. */
    @FunctionalInterface
    public interface Cases<U> {
        /** The member that this number stands for; null where it stands for none. */
        @Nullable
        Class<?> member(long number);
    }

    /**
     * A member that is to be written, if it is the one that its discriminator says.
     *
     * @param number the discriminator
     * @param component what the member is called: {@code Peer.address}
     * @param discriminator the name of the component that says it
     */
    public static <U> U written(
            @Nullable U member, long number, Cases<U> cases, String component, String discriminator) {
        U present = Wire.present(member, component);
        Class<?> said = cases.member(number);
        if (said == null || !said.isInstance(present)) {
            throw new IllegalArgumentException(component + " is a "
                    + present.getClass().getSimpleName() + ", and " + discriminator + " " + number + " stands for "
                    + (said == null ? "no member" : "a " + said.getSimpleName()));
        }
        return present;
    }

    /** The member that is to be read. */
    public static <U> Class<?> read(long number, Cases<U> cases, Class<U> union, String discriminator) {
        Class<?> said = cases.member(number);
        if (said == null) {
            throw new BpfException(
                    "read of union " + union.getSimpleName(),
                    discriminator + " is " + number + ", which stands for no member; add a member with @Case(" + number
                            + "), or mend the program that wrote it");
        }
        return said;
    }

    /** What is thrown when a member is asked for that there is none of. */
    public static IllegalArgumentException noMember(Class<?> union, Class<?> asked) {
        return new IllegalArgumentException(
                asked.getSimpleName() + " is no record that " + union.getSimpleName() + " permits");
    }
}

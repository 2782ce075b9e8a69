/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the number of elements of an array, string or byte string in C. Keys and values in the kernel have a fixed size.
 *
 * <pre>{@code
 * @Size(16) byte[] id              // __s8 id[16]
 * @Size(4) @Be16 int[] ports       // __be16 ports[4]: the width applies to each element
 * @Size({4, 6}) @U8 byte[][] hosts // __u8 hosts[4][6]: the outermost dimension comes first, as in Java and in C
 * @Size(8) Flow[] flows            // struct flow flows[8]
 * @Size(20) ByteString digest      // __u8 digest[20]
 * @Size(16) String name // char name[16]: UTF-8 with a terminating zero }</pre>
 *
 * <p>Arrays must have exactly that many elements. Writing an array of a different length throws an {@link IllegalArgumentException} that names
 * the component and both lengths. Each read creates new arrays. Java compares arrays by identity, so two records with equal arrays are not
 * equal, and a key can't have arrays: use {@link dev.nestmap.types.ByteString}, {@link dev.nestmap.types.IntList} or {@link
 * dev.nestmap.types.LongList} instead.
 *
 * <p>A {@code @Size(n) String} may have up to {@code n - 1} bytes in UTF-8. Nestmap fills the rest with zeros. Writing a longer string, a
 * zero or an unpaired surrogate throws {@link IllegalArgumentException}. Reading stops at the first zero, and never fails: invalid UTF-8
 * becomes {@code U+FFFD}. In the key of a hash, the kernel compares the bytes after that zero, too. If the key has at most 128 bytes, the
 * generated C helpers clear these bytes. Other C code must clear them itself.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Size {
    /** {@return the number of elements, from 1, for each dimension} */
    int[] value();

    /** {@return whether to truncate a long {@code String} after the last complete character instead of rejecting it} */
    boolean truncate() default false;
}

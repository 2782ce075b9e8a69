/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.annotations;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many elements the component has in C, because keys and values of the kernel have a fixed size.
 *
 * <pre>{@code
 * @Size(16) byte[] id              // __s8 id[16]
 * @Size(4) @Be16 int[] ports       // __be16 ports[4]: a width is that of each element
 * @Size({4, 6}) @U8 byte[][] hosts // __u8 hosts[4][6]: as in Java and in C, the outermost dimension comes first
 * @Size(8) Flow[] flows            // struct flow flows[8]
 * @Size(20) ByteString digest      // __u8 digest[20]
 * @Size(16) String name            // char name[16]: UTF-8 and a zero after it
 * }</pre>
 *
 * <p>An array that is written has exactly that many elements; another length is an {@link IllegalArgumentException} that
 * names the component and both lengths. What is read is a new array each time. Java compares arrays by identity, so they
 * can't be part of a key (use {@link dev.nestmap.types.ByteString}), and records with arrays in them are not equal only because their elements are.
 *
 * <p>A text takes one byte less than its size at most, in UTF-8; zeros fill the rest. Texts that are longer or contain a zero
 * or half a surrogate pair are an {@link IllegalArgumentException}. What is read ends before the first zero, or after all bytes
 * where there is none; bytes that are no UTF-8 become {@code U+FFFD}, so that a text that is read never fails.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.CLASS)
public @interface Size {
    /** One number for each dimension. */
    int[] value();

    /** Whether a {@code String} that is too long is cut, after the last character that fits as a whole. */
    boolean truncate() default false;
}

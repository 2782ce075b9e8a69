/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import java.util.Locale;
import java.util.Objects;

/**
 * Checks names that Nestmap passes to the kernel as C strings. A name with a NUL could otherwise select another interface, because the
 * kernel reads only up to the NUL.
 */
final class KernelNameCheck {
    private KernelNameCheck() {}

    /**
     * Throws if a name is null, empty, or contains a control character.
     *
     * @param parameter the name's parameter, for messages
     */
    static void require(String parameter, String name) {
        Objects.requireNonNull(name, parameter);
        if (name.isEmpty()) {
            throw new IllegalArgumentException(parameter + " is empty");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "%s has the control character U+%04X at index %d, after \"%s\": no name in the kernel has control characters",
                        parameter,
                        (int) name.charAt(i),
                        i,
                        name.substring(0, i)));
            }
        }
    }
}

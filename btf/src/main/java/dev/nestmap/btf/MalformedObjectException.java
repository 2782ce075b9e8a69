/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * Thrown for a file that is not a BPF object, or is malformed. The message names the file, the place in it (section, type or map,
 * offset) and the problem.
 */
public final class MalformedObjectException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedObjectException(String message) {
        super(message);
    }
}

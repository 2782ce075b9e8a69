/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import java.util.Iterator;
import java.util.List;

/**
 * What the user asks for.
 *
 * @param inMemory whether to leave the kernel alone
 * @param datagrams how many each sender sends to each tenant, each time
 */
record Options(boolean inMemory, int datagrams) {
    private static final int DATAGRAMS = 100_000;
    private static final String USAGE = "; the options are --in-memory and --datagrams NUMBER";

    /** Throws an {@link IllegalArgumentException} when it makes no sense of them. */
    static Options parse(String... arguments) {
        boolean inMemory = false;
        int datagrams = DATAGRAMS;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            switch (argument) {
                case "--in-memory" -> inMemory = true;
                case "--datagrams" -> datagrams = positive(rest.hasNext() ? rest.next() : "");
                default -> throw new IllegalArgumentException("there is no option " + argument + USAGE);
            }
        }
        return new Options(inMemory, datagrams);
    }

    private static int positive(String number) {
        try {
            int value = Integer.parseInt(number);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as of a number that is not positive.
        }
        throw new IllegalArgumentException(
                "--datagrams takes a whole number of 1 or more, not \"" + number + "\"" + USAGE);
    }
}

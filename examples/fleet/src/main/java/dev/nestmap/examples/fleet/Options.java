/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command line options.
 *
 * @param machines number of machines, 1 or more
 * @param bootstrap the brokers of a Kafka cluster; null to start one
 * @param kills how many processes to kill
 * @param time how long to send
 * @param rollout whether the agents get the next version of the records meanwhile
 */
record Options(int machines, @Nullable String bootstrap, int kills, Duration time, boolean rollout) {
    private static final int MACHINES = 4;
    private static final int KILLS = 12;
    private static final double MINUTES = 2;
    private static final String USAGE =
            "; the options are --machines NUMBER, --bootstrap HOST:PORT, --kills NUMBER, --minutes NUMBER"
                    + " and --rollout";

    /** Throws an {@link IllegalArgumentException} if the arguments are not valid. */
    static Options parse(String... arguments) {
        double machines = MACHINES;
        String bootstrap = null;
        double kills = KILLS;
        double minutes = MINUTES;
        boolean rollout = false;
        for (Iterator<String> rest = List.of(arguments).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--machines" -> machines = number(option, 1, value(option, rest));
                case "--bootstrap" -> bootstrap = value(option, rest);
                case "--kills" -> kills = number(option, 0, value(option, rest));
                case "--minutes" -> minutes = number(option, 0, value(option, rest));
                case "--rollout" -> rollout = true;
                default -> throw new IllegalArgumentException("there is no option " + option + USAGE);
            }
        }
        return new Options(
                (int) machines, bootstrap, (int) kills, Duration.ofMillis((long) (minutes * 60_000)), rollout);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value" + USAGE);
        }
        return rest.next();
    }

    private static double number(String option, int least, String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // The exception below covers this case too.
        }
        throw new IllegalArgumentException(
                option + " takes a number of " + least + " or more, not \"" + text + "\"" + USAGE);
    }
}

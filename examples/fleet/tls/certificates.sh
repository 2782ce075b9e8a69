# SPDX-License-Identifier: Apache-2.0
# Creates a private certificate authority, and a certificate for each broker, administrator and machine: bash -e certificates.sh
# The common name is the principal. The certificate of a broker has the name in its `listeners`. A broker accepts every certificate of this
# authority, so keep its key, ca.p12, away from machines. Choose another password than `changeit`. SecureBrokerTest runs this file.
keytool() { # with the newest algorithm that Java 17 reads: without it, JDK 28 writes files that older ones can not read
  command keytool -J-Dkeystore.pkcs12.macAlgorithm=HmacPBESHA256 "$@"
}
issue() {
  keytool -genkeypair -alias key -keyalg EC -dname "CN=$1" -validity 365 -keystore "$1.p12" -storepass changeit
  keytool -certreq -alias key -keystore "$1.p12" -storepass changeit -file "$1.csr"
  keytool -gencert -alias ca -keystore ca.p12 -storepass changeit -ext "san=dns:$2" -validity 365 -infile "$1.csr" -outfile "$1.crt"
  keytool -importcert -noprompt -alias ca -file ca.crt -keystore "$1.p12" -storepass changeit
  keytool -importcert -alias key -file "$1.crt" -keystore "$1.p12" -storepass changeit
}
keytool -genkeypair -alias ca -keyalg EC -dname CN=ca -ext bc:c -validity 3650 -keystore ca.p12 -storepass changeit
keytool -exportcert -alias ca -keystore ca.p12 -storepass changeit -file ca.crt
keytool -importcert -noprompt -alias ca -file ca.crt -keystore trust.p12 -storepass changeit
issue broker-1 kafka-1
issue broker-2 kafka-2
issue broker-3 kafka-3
issue admin admin
issue node-1 node-1

/** Several pools on a server, added by the shipped script. Start reading at {@link com.terafy.it.pools.FurtherPoolsIT}. */
package com.terafy.it.pools;

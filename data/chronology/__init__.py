"""报送经过: what happened to each due, in the order in which it happened, so that a late list can be defended."""
